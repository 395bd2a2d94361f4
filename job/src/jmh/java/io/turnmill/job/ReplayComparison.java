package io.turnmill.job;

import io.turnmill.bench.Table;
import io.turnmill.bench.WaysToReply;
import io.turnmill.bench.WaysToReply.Run;
import io.turnmill.bench.WaysToReply.Rung;
import io.turnmill.bench.Workload;
import io.turnmill.inference.Metric;
import io.turnmill.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The task {@code replay} against the bare engine that is asked all turns of a session at once, as
 * the task asks them: how fast, and which share of the prompts' tokens is computed, not reused.
 */
final class ReplayComparison implements Comparison {
  private final JobSetup setup;
  private final int maxTokens;
  private final Workload workload;
  private final long promptTokens;
  private final Path archive;

  ReplayComparison(JobSetup setup, int sessions, int maxTokens) throws IOException {
    BenchSessions whole = BenchSessions.whole(sessions);
    this.setup = setup;
    this.maxTokens = maxTokens;
    this.workload = whole.userTurns(setup.model(), maxTokens);
    this.promptTokens = workload.tokens() - (long) maxTokens * workload.replies();
    this.archive = JobSetup.archive(whole);
  }

  @Override
  public void begin() {
    System.out.printf(
        Locale.ROOT,
        "%,d sessions, %,d replies, %,d tokens, %,d of them of prompts%n%n",
        workload.sessions().size(),
        workload.replies(),
        workload.tokens(),
        promptTokens);
    Table.head("", "seconds", "tokens/s", "of the bare engine", "of the prompts computed");
  }

  @Override
  public void round() throws Exception {
    WaysToReply ways =
        new WaysToReply(ModelFolder.open(setup.model()), setup.compute(), setup.limits());
    Run bare = ways.engine(Rung.AT_ONCE, workload);
    JobRun job =
        setup.run(
            archive,
            setup.limits().maxNumBatchedTokens(),
            List.of(
                "task.kind=replay",
                "sampling.max_tokens=" + maxTokens,
                "sampling.ignore_eos=true",
                "engine.max_model_len=" + WaysToReply.slotTokens(workload)));
    Comparison.checkSame("tokens of prompts", job.engine(Metric.PROMPT_TOKENS), promptTokens);
    Comparison.checkSame("tokens drawn", job.engine(Metric.GENERATED_TOKENS), bare.drawn());
    long computed = job.computed() - job.engine(Metric.GENERATED_TOKENS);
    line("bare engine", bare.seconds(), bare.seconds(), bare.promptsComputed(workload.replies()));
    line("the job: inference", job.inference(), bare.seconds(), computed);
    line("the job: whole", job.whole(), bare.seconds(), computed);
    System.out.println();
    System.out.println(job.parts());
    System.out.println();
  }

  private void line(String what, double seconds, double bare, long computed) {
    Table.row(
        what,
        Table.number(seconds, 1),
        Table.number(workload.tokens() / seconds, 0),
        Table.number(bare / seconds, 3),
        Table.percent((double) computed / promptTokens, 1));
  }
}
