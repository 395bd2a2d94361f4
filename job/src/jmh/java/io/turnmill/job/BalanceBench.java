package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.bench.Bench;
import io.turnmill.bench.Table;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether one long document is the work of all executors: the same document by one executor and by
 * two, with a fake model whose passes take time and no processor. Each executor is a process of its
 * own ({@code local-cluster}). The chunk step is the Spark job that asks about chunks, from its
 * start to its end; the second executor loads its model in it.
 *
 * <pre>
 * submit/local.sh bench balance
 * submit/local.sh bench balance --pages 400 --cores 2
 * </pre>
 */
@Command(
    name = "bench balance",
    description = "One long document by one executor and by two: how long the chunk step takes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class BalanceBench implements Callable<Integer> {
  private static final Path WORK = JobForTests.ROOT.resolve("job/target/bench");

  @Option(
      names = "--pages",
      paramLabel = "N",
      defaultValue = "100",
      description = "Pages of the document, of 2,800 characters (${DEFAULT-VALUE}).")
  private int pages;

  @Option(
      names = "--pass-millis",
      paramLabel = "N",
      defaultValue = "50",
      description = "Milliseconds of each pass of at most 64 tokens (${DEFAULT-VALUE}).")
  private int passMillis;

  @Option(
      names = "--cores",
      paramLabel = "N",
      defaultValue = "1",
      description = "Cores of each executor (${DEFAULT-VALUE}).")
  private int cores;

  public static void main(String[] args) {
    Bench.main(new BalanceBench(), args);
  }

  @Override
  public Integer call() throws IOException {
    Path documents =
        BenchDocument.write(List.of(BenchDocument.ofPages(pages)), WORK.resolve("balance"));
    System.out.printf(
        Locale.ROOT, "%nA document of %d pages, passes of %d ms%n%n", pages, passMillis);
    Table.head(
        "executors",
        "cores of each",
        "chunks",
        "chunk step, seconds",
        "chunks/s",
        "× one",
        "whole");
    double one = 0;
    for (int executors = 1; executors <= 2; executors++) {
      double seconds = run(documents, executors, one);
      one = executors == 1 ? seconds : one;
    }
    return 0;
  }

  /**
   * Seconds of the chunk step.
   *
   * @param one those with one executor; 0 if that is not known yet
   */
  private double run(Path documents, int executors, double one) {
    List<String> settings = new ArrayList<>(ForkedJob.localCluster(executors, cores));
    for (String setting :
        List.of(
            "documents.paths=[" + documents + "]",
            "task.kind=extract",
            "extract.questions={ who = \"Who?\" }",
            "sampling.max_tokens=8",
            // Not the flags of short tests: what a task costs is compiled in full.
            "spark.executor.extraJavaOptions=-XX:+UseSerialGC",
            "spark.scheduler.minRegisteredResourcesRatio=1.0",
            "spark.extraListeners=" + InferenceSpans.Listener.class.getName())) {
      settings.addAll(List.of("--set", setting));
    }
    settings.addAll(List.of("--overwrite", "--restart"));
    int millis = passMillis; // what makes loaders goes to the executors, and this bench does not
    JobForTests job =
        JobForTests.alone(
            WORK.resolve("balance-output"),
            JobForTests.MODEL,
            options -> new SleepingModelLoader(options, millis));
    InferenceSpans.clear();
    long start = System.nanoTime();
    ExitCode code = job.run(settings.toArray(String[]::new));
    double whole = (System.nanoTime() - start) / 1e9;
    if (code != ExitCode.OK) {
      throw new IllegalStateException("the job ended with " + code + ": " + job.err());
    }
    JsonNode books = job.manifest().path("books");
    long chunks = books.path("documents").path("chunks").asLong();
    double seconds = InferenceSpans.seconds().get(0);
    Table.row(
        Table.count(executors),
        Table.count(cores),
        Table.count(chunks),
        Table.number(seconds, 1),
        Table.number(chunks / seconds, 2),
        Table.number(one == 0 ? 1 : one / seconds, 2),
        Table.number(whole, 1));
    return seconds;
  }
}
