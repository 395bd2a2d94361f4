package io.turnmill.job;

import io.turnmill.bench.Bench;
import io.turnmill.bench.ComputeOptions;
import io.turnmill.bench.EngineOptions;
import io.turnmill.bench.Rounds;
import io.turnmill.task.TaskKind;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What Spark and the job cost: the same work by the bare engine and by the whole job in local mode,
 * for each task; and labels that a decoder scores against labels that it writes.
 *
 * <pre>
 * submit/local.sh bench job qwen2-0.5b --sessions 350
 * submit/local.sh bench job samples/models/chat-mini --sessions 10000 --rounds 3
 * submit/local.sh bench job samples/models/chat-mini --task replay --sessions 800 --max-tokens 8
 * submit/local.sh bench job minilm-l6 --task embed --sessions 3000
 * submit/local.sh bench job minilm-l6-classifier --task classify --sessions 3000
 * submit/local.sh bench job minilm-l6 --task documents --sessions 3000
 * submit/local.sh bench job samples/models/chat-mini --task labels --sessions 1500
 * </pre>
 */
@Command(
    name = "bench job",
    description =
        "The same work by the bare engine and by the whole job: tokens per second. Or labels scored"
            + " and written.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class JobBench implements Callable<Integer> {

  /** What is compared. */
  private enum Kind {
    REPLY,
    REPLAY,
    CLASSIFY,
    EMBED,
    DOCUMENTS,
    LABELS
  }

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A folder; or random weights of a shape, kept: qwen2-0.5b or qwen2-1.5b (1 or 3 GB), and"
              + " for embed and documents minilm-l6, for classify minilm-l6-classifier (90 MB).")
  private String model;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "reply",
      description = {
        "reply: the last turn of each session (the default).",
        "replay: every user turn; which share of the prompts is computed.",
        "classify, embed: every message, by an encoder.",
        "documents: the chunks of long documents, made of the sessions' messages, by an encoder.",
        "labels: four labels for each session, by a decoder that scores them, against one that"
            + " writes them."
      })
  private Kind kind;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "350",
      description = "Sessions: those of the samples, then generated ones (${DEFAULT-VALUE}).")
  private int sessions;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Tokens of every reply of reply and replay (${DEFAULT-VALUE}).")
  private int maxTokens;

  @Mixin private EngineOptions limits;

  @Mixin private ComputeOptions compute;

  @Mixin private final Rounds rounds = new Rounds(1);

  public static void main(String[] args) {
    Bench.main(new JobBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    Comparison comparison = comparison();
    System.out.printf("%n%s, %s: ", model, kind.name().toLowerCase(Locale.ROOT));
    comparison.begin();
    for (int round = 0; round < rounds.count(); round++) {
      comparison.round();
    }
    return 0;
  }

  private Comparison comparison() throws IOException {
    return switch (kind) {
      case REPLY -> new ReplyComparison(decoder(), sessions, maxTokens);
      case REPLAY -> new ReplayComparison(decoder(), sessions, maxTokens);
      case CLASSIFY -> new TextComparison(encoder(), TaskKind.CLASSIFY, sessions);
      case EMBED -> new TextComparison(encoder(), TaskKind.EMBED, sessions);
      case DOCUMENTS -> new ChunkComparison(encoder(), sessions);
      case LABELS -> new LabelComparison(decoder(), sessions);
    };
  }

  private JobSetup decoder() throws IOException {
    return JobSetup.decoder(model, compute, limits);
  }

  private JobSetup encoder() throws IOException {
    return JobSetup.encoder(model, compute, limits);
  }
}
