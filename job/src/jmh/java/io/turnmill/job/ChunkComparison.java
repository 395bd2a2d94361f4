package io.turnmill.job;

import io.turnmill.bench.Table;
import io.turnmill.bench.WaysToEncode;
import io.turnmill.chunk.ChunkSettings;
import io.turnmill.chunk.Chunker;
import io.turnmill.document.DocumentText;
import io.turnmill.inference.Metric;
import io.turnmill.model.ModelFolder;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.torch.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The task {@code embed} over long documents, against the bare engine over the same chunks, which
 * are cut before. The chunks of the job are asked about in one Spark job, the first line; the
 * second one is all from the loaded model on: cutting, asking, and making a vector of each
 * document.
 */
final class ChunkComparison implements Comparison {
  private static final int MAX_TOKENS = 512;
  private static final double OVERLAP = 0.2;
  private static final int PAGES_EACH = 100;

  private final JobSetup setup;
  private final Path documents;
  private final List<String> chunks = new ArrayList<>();

  /**
   * @param sessions of whose messages the documents are made
   */
  ChunkComparison(JobSetup setup, int sessions) throws IOException {
    this.setup = setup;
    List<BenchDocument> all = BenchDocument.ofSessions(sessions, PAGES_EACH);
    this.documents = BenchDocument.write(all, JobSetup.WORK.resolve("documents"));
    try (ModelFrontEnd model = ModelFrontEnd.open(AskBench.encoderOptions(setup.model()))) {
      int room = Math.min(MAX_TOKENS, model.roomForText());
      Chunker chunker = new Chunker(new ChunkSettings(room, OVERLAP, false), model::countTokens);
      for (BenchDocument document : all) {
        String text = document.text();
        chunker.chunks(DocumentText.of(text)).forEach(of -> chunks.add(of.span().of(text)));
      }
    }
  }

  @Override
  public void begin() {
    System.out.printf(Locale.ROOT, "%,d chunks%n%n", chunks.size());
    Table.head("", "seconds", "chunks/s", "of the bare engine");
  }

  @Override
  public void round() {
    int passTokens = setup.limits().textTokens();
    WaysToEncode.Run bare =
        new WaysToEncode(
                chunks, ModelFolder.open(setup.model()), setup.compute().torch(Quantization.NONE))
            .engine(passTokens);
    JobRun job =
        setup.run(
            List.of("--set", "documents.paths=[" + documents + "]"),
            passTokens,
            List.of(
                "task.kind=embed",
                "chunk.max_tokens=" + MAX_TOKENS,
                "chunk.overlap=" + OVERLAP,
                "embed.too_long=cut"));
    Comparison.checkSame("chunks", job.engine(Metric.VECTORS), chunks.size());
    Comparison.checkSame("tokens", job.engine(Metric.PROMPT_TOKENS), bare.tokens());
    line("bare engine", bare.seconds(), bare.seconds());
    line("the job: chunks asked", InferenceSpans.seconds().get(0), bare.seconds());
    line("the job: from the loaded model", job.inference(), bare.seconds());
    line("the job: whole", job.whole(), bare.seconds());
    System.out.printf("%n%s%n%n", job.parts());
  }

  private void line(String what, double seconds, double bare) {
    Table.row(
        what,
        Table.number(seconds, 1),
        Table.number(chunks.size() / seconds, 1),
        Table.number(bare / seconds, 3));
  }
}
