package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.bench.Bench;
import io.turnmill.bench.Table;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.testing.GeneratedSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What sessions cost but for the model, and what of it the driver keeps: the whole job with a fake
 * forward pass, over generated sessions. The executor is a process of its own ({@code
 * local-cluster}), so that this one's heap is the driver's alone. Prints a line of the table in
 * RESULTS.md: time, the driver's own processor time for each bucket while buckets are inferred, the
 * most that was live on its heap, which is collected every tenth second to know that, and the most
 * threads that it had.
 *
 * <pre>
 * for n in 1000 10000 100000; do submit/local.sh bench scale /var/tmp/scale --sessions $n; done
 * for n in 1000 100000; do submit/local.sh bench scale /var/tmp/scale --sessions $n --buckets $n; done
 * </pre>
 */
@Command(
    name = "bench scale",
    description =
        "The whole job with a model that costs nothing: time, and the most that was live on the"
            + " driver's heap.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ScaleBench implements Callable<Integer> {
  private static final int SESSIONS_PER_FILE = 10_000;

  @Parameters(
      paramLabel = "FOLDER",
      description = "Keeps the archive of that many sessions; the results are written over.")
  private Path folder;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Sessions of the archive (${DEFAULT-VALUE}).")
  private int sessions;

  @Option(
      names = "--buckets",
      paramLabel = "N",
      defaultValue = "0",
      description = "Buckets of the output (as many as a run would choose).")
  private int buckets;

  public static void main(String[] args) {
    Bench.main(new ScaleBench(), args);
  }

  @Override
  public Integer call() throws IOException {
    Path home = JobForTests.ROOT.resolve(folder);
    Path archive = home.resolve("archive-" + sessions);
    if (!Files.exists(archive)) {
      write(archive, sessions);
    }
    DriverWatch.start();
    List<String> arguments =
        new ArrayList<>(List.of("--input", archive.toString(), "--overwrite", "--restart"));
    arguments.addAll(ForkedJob.localCluster(1, 2));
    // Not the flags of short tests: what a task costs is compiled in full.
    arguments.addAll(List.of("--set", "spark.executor.extraJavaOptions=-XX:+UseSerialGC"));
    arguments.addAll(List.of("--set", "output.buckets=" + buckets));
    arguments.addAll(
        List.of("--set", "spark.extraListeners=" + DriverWatch.Listener.class.getName()));
    JobForTests job =
        JobForTests.alone(home.resolve("out-" + sessions), JobForTests.MODEL, FakeModelLoader::new);
    long start = System.nanoTime();
    ExitCode code = job.run(arguments.toArray(String[]::new));
    double seconds = (System.nanoTime() - start) / 1e9;
    JsonNode books = job.manifest().path("books");
    if (code != ExitCode.OK || books.path("ok").asInt() != sessions) {
      System.err.println(job.err());
      return 1;
    }
    int done = books.path("buckets").asInt();
    Table.head(
        "sessions",
        "messages",
        "buckets",
        "seconds",
        "sessions/s",
        "driver's ms a bucket",
        "driver's live heap",
        "driver's threads");
    Table.row(
        Table.count(sessions),
        Table.count(books.path("messages").asLong()),
        Table.count(done),
        Table.number(seconds, 1),
        Table.number(sessions / seconds, 0),
        Table.number(1e3 * DriverWatch.inferenceCpuSeconds() / done, 2),
        Table.count(DriverWatch.mostLiveHeap() >> 20) + " MB",
        Table.count(DriverWatch.mostThreads()));
    return 0;
  }

  private static void write(Path archive, int sessions) throws IOException {
    Files.createDirectories(archive);
    for (int from = 0; from < sessions; from += SESSIONS_PER_FILE) {
      Path file =
          archive.resolve(String.format(Locale.ROOT, "part-%04d.jsonl", from / SESSIONS_PER_FILE));
      Files.write(
          file,
          LongStream.range(from, Math.min(sessions, from + SESSIONS_PER_FILE))
              .mapToObj(GeneratedSessions::of)
              .map(ArchiveForTests::line)
              .toList());
    }
  }
}
