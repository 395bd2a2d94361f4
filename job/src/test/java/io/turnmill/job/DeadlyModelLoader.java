package io.turnmill.job;

import io.turnmill.job.cli.CommandContext;
import io.turnmill.job.cli.Commands;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.models.FolderModelTool;
import io.turnmill.job.models.FolderTemplateRenderer;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;

/**
 * As {@link FakeModelLoader}, and a certain text ends the process in the middle of a forward pass,
 * as a fault of native code does: no hook runs, and nothing is tidied up.
 */
record DeadlyModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Its first byte is in no other text of the tests. */
  static final String DEADLY = "\ud800\udf48";

  /** As after {@code kill -9}. */
  static final int KILLED = 137;

  /** The command line with this model, in a process of its own. */
  public static void main(String[] arguments) {
    CommandContext context =
        new CommandContext(
            Terminal.plain(System.out, System.err),
            "turnmill",
            new SparkJobs(DeadlyModelLoader::new),
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
    return FakeModelLoader.load(options, DEADLY, () -> Runtime.getRuntime().halt(KILLED));
  }
}
