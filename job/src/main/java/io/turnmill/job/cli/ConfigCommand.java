package io.turnmill.job.cli;

import io.turnmill.job.config.SettingsListing;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "config",
    header = "Lists every setting with its values, default and meaning.",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} config",
      "  ${ROOT-COMMAND-NAME} config --format=conf > my.conf"
    })
final class ConfigCommand implements Callable<Integer> {

  enum Format {
    TEXT,
    CONF,
    MARKDOWN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final CommandContext context;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "One of ${COMPLETION-CANDIDATES}. Default: text.")
  private Format format;

  ConfigCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String listing =
        switch (format) {
          case TEXT -> SettingsListing.text();
          case CONF -> SettingsListing.reference();
          case MARKDOWN -> SettingsListing.markdown();
        };
    context.terminal().out().print(listing);
    return ExitCode.OK.status();
  }
}
