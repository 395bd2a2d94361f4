package io.turnmill.job.cli;

import io.turnmill.job.export.Export;
import io.turnmill.job.export.ExportFormat;
import io.turnmill.job.export.ExportRequest;
import io.turnmill.job.export.ExportRequest.Replies;
import io.turnmill.job.spark.Spark;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    header = "Writes results in the formats of other programs.",
    description = {
      "",
      "triples: JSON lines with the history, the question and the reply, one for each reply.",
      "openai: JSON lines with the messages of a conversation that ends with a reply, as OpenAI and"
          + " others take them for fine-tuning.",
      "arrow: the vectors of task.kind = embed as one Arrow file, which numpy, FAISS and vector"
          + " databases load without parsing.",
      "",
      "Only what has the status ok is exported. The file appears when it is whole.",
      "",
      "Exit codes: 0 done; 2 something to put right; 1 anything else.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} export out/samples --format openai --output tuning.jsonl",
      "  ${ROOT-COMMAND-NAME} export out/samples --format triples --replies archive --output"
          + " triples.jsonl.gz",
      "  ${ROOT-COMMAND-NAME} export out/variants --variant greedy --format openai --output"
          + " tuning.jsonl",
      "  ${ROOT-COMMAND-NAME} export out/vectors --format arrow --output vectors.arrow"
    })
final class ExportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Spec private CommandSpec spec;

  @Mixin private ResultsOptions results;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private ExportFormat format;

  @Option(
      names = "--output",
      paramLabel = "FILE_OR_FOLDER",
      required = true,
      description =
          "The file to make, on any Hadoop file system; JSON lines in a .gz are compressed. In a"
              + " folder it is named triples.jsonl, openai.jsonl or embeddings.arrow.")
  private String output;

  @Option(
      names = "--replies",
      paramLabel = "WHOSE",
      description =
          "One of ${COMPLETION-CANDIDATES}: the replies that the model of the run wrote, or the"
              + " assistant's own turns in the archive. Default: model.")
  private Replies replies;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "The variant whose results are exported; needed if the run has several.")
  private String variant;

  @Option(names = "--overwrite", description = "Replaces a file that is there.")
  private boolean overwrite;

  @Option(
      names = "--incomplete",
      description = "Exports what a run has finished so far, even if it is not complete.")
  private boolean incomplete;

  ExportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (format == ExportFormat.ARROW && replies != null) {
      throw new ParameterException(
          spec.commandLine(), "--replies is for conversations, and --format arrow for vectors");
    }
    Export.write(
        new ExportRequest(
            results.path(),
            format,
            replies == null ? Replies.MODEL : replies,
            Optional.ofNullable(variant),
            output,
            overwrite,
            incomplete),
        context.terminal(),
        Spark.hadoop(results.hadoop()));
    return ExitCode.OK.status();
  }
}
