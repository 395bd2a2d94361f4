package io.turnmill.job;

import io.turnmill.bench.WaysToEncode;
import io.turnmill.inference.Metric;
import io.turnmill.model.ModelFolder;
import io.turnmill.task.TaskKind;
import io.turnmill.torch.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The tasks {@code classify} and {@code embed} over an encoder, of every message, against the bare
 * engine from text to vector, with equal tokens in a pass and threads. All texts are different.
 */
final class TextComparison implements Comparison {
  private final JobSetup setup;
  private final TaskKind task;
  private final List<String> texts;
  private final Path archive;

  /**
   * @param task {@code classify} or {@code embed}
   */
  TextComparison(JobSetup setup, TaskKind task, int sessions) throws IOException {
    BenchSessions numbered = BenchSessions.whole(sessions).numbered();
    this.setup = setup;
    this.task = task;
    this.texts = numbered.texts();
    this.archive = JobSetup.archive(numbered);
  }

  @Override
  public void begin() {
    System.out.printf(Locale.ROOT, "%,d texts%n%n", texts.size());
    Comparison.head();
  }

  @Override
  public void round() {
    int passTokens = setup.limits().textTokens();
    WaysToEncode.Run bare =
        new WaysToEncode(
                texts, ModelFolder.open(setup.model()), setup.compute().torch(Quantization.NONE))
            .engine(passTokens);
    String name = task.wireName();
    JobRun job =
        setup.run(
            archive,
            passTokens,
            List.of("task.kind=" + name, name + ".each=turn", name + ".too_long=cut"));
    Comparison.checkSame("texts", job.engine(Metric.VECTORS), texts.size());
    Comparison.checkSame("tokens", job.engine(Metric.PROMPT_TOKENS), bare.tokens());
    Comparison.print(bare.seconds(), job, bare.tokens());
  }
}
