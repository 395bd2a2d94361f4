package io.turnmill.job;

import io.turnmill.bench.WaysToReply;
import io.turnmill.bench.WaysToReply.Rung;
import io.turnmill.bench.Workload;
import io.turnmill.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The task {@code reply} against the bare engine, with equal slots, tokens in a pass, threads and
 * lengths of replies. Prefixes are not reused, so that either computes every token.
 */
final class ReplyComparison implements Comparison {
  private final JobSetup setup;
  private final int maxTokens;
  private final Workload workload;
  private final Path archive;

  ReplyComparison(JobSetup setup, int sessions, int maxTokens) throws IOException {
    BenchSessions open = BenchSessions.open(sessions);
    this.setup = setup;
    this.maxTokens = maxTokens;
    this.workload = open.lastTurns(setup.model(), maxTokens);
    this.archive = JobSetup.archive(open);
  }

  @Override
  public void begin() {
    System.out.printf(
        Locale.ROOT, "%,d replies, %,d tokens%n%n", workload.sessions().size(), workload.tokens());
    Comparison.head();
  }

  @Override
  public void round() throws Exception {
    WaysToReply ways =
        new WaysToReply(ModelFolder.open(setup.model()), setup.compute(), setup.limits());
    double bare = ways.engine(Rung.CONTINUOUS, workload).seconds();
    JobRun job =
        setup.run(
            archive,
            setup.limits().maxNumBatchedTokens(),
            List.of(
                "sampling.max_tokens=" + maxTokens,
                "sampling.ignore_eos=true",
                "engine.enable_prefix_caching=false",
                "engine.max_model_len=" + WaysToReply.slotTokens(workload)));
    Comparison.checkSame("tokens computed", job.computed(), workload.tokens());
    Comparison.print(bare, job, workload.tokens());
  }
}
