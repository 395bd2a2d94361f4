package io.turnmill.job;

import io.turnmill.job.cli.CommandContext;
import io.turnmill.job.cli.Commands;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.models.FolderModelTool;
import io.turnmill.job.models.FolderTemplateRenderer;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;

/**
 * As {@link FakeModelLoader}, and a certain text ends the process in the middle of a forward pass,
 * as a fault of native code or the system does: it gets SIGKILL, so that no hook runs, and nothing
 * is tidied up.
 */
record DeadlyModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  static final String DEADLY = StoppingModelLoader.STONE;

  /** The exit code after SIGKILL. */
  static final int KILLED = 137;

  /** The command line with this model, in a process of its own. */
  public static void main(String[] arguments) {
    run(arguments, DeadlyModelLoader::new);
  }

  /** Runs a command line with models of a kind, and ends the process. */
  static void run(String[] arguments, ModelLoaderFactory loaders) {
    CommandContext context =
        new CommandContext(
            Terminal.plain(System.out, System.err),
            "turnmill",
            new SparkJobs(loaders),
            new FolderTemplateRenderer(),
            new FolderModelTool());
    System.exit(Commands.run(arguments, context).status());
  }

  @Override
  public String identity() {
    return "deadly " + options;
  }

  @Override
  public ModelRuntime load() {
    return FakeModelLoader.load(options, DEADLY, DeadlyModelLoader::kill);
  }

  /** Kills this process, which no process may do by its own handle. */
  static void kill() {
    String pid = String.valueOf(ProcessHandle.current().pid());
    try {
      int status = new ProcessBuilder("kill", "-9", pid).inheritIO().start().waitFor();
      throw new IllegalStateException("kill ended with " + status + ", and this process lives on.");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
