package io.turnmill.job.cli;

import io.turnmill.job.run.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionLines implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return Version.lines().toArray(String[]::new);
  }
}
