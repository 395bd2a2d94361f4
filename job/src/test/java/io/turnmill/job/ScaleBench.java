package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What sessions cost but for the model, and what of it the driver keeps: the whole job with a fake
 * forward pass, over the real sessions of {@code samples/sessions}, repeated under new ids. The
 * executor is a process of its own ({@code local-cluster}), so that this one's heap is the driver's
 * alone. Prints a line of the table in RESULTS.md: time, and the most that was live on the driver's
 * heap, which is collected every other second to know that.
 *
 * <pre>
 * for n in 1000 10000 100000; do submit/local.sh bench scale /var/tmp/scale $n; done
 * </pre>
 *
 * The folder keeps the archives; the results are written over.
 */
public final class ScaleBench {
  private static final int SESSIONS_PER_FILE = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScaleBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int sessions = Integer.parseInt(args[1]);
    Path archive = folder.resolve("archive-" + sessions);
    if (!Files.exists(archive)) {
      write(archive, sessions);
    }
    AtomicLong live = watchHeap();
    List<String> arguments =
        new ArrayList<>(List.of("--input", archive.toString(), "--overwrite", "--restart"));
    arguments.addAll(ForkedJob.localCluster(1, 2));
    JobForTests job = new JobForTests(folder.resolve("out-" + sessions), FakeModelLoader::new);
    long start = System.nanoTime();
    ExitCode code = job.run(arguments.toArray(String[]::new));
    double seconds = (System.nanoTime() - start) / 1e9;
    JsonNode books = job.manifest().path("books");
    if (code != ExitCode.OK || books.path("ok").asInt() != sessions) {
      System.err.println(job.err());
      System.exit(1);
    }
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,d | %d | %.1f | %.0f | %,d MB |%n",
        sessions,
        books.path("messages").asLong(),
        books.path("buckets").asInt(),
        seconds,
        sessions / seconds,
        live.get() >> 20);
    System.exit(0);
  }

  private static void write(Path archive, int sessions) throws IOException {
    List<ObjectNode> samples = new ArrayList<>();
    Path source = JobForTests.ROOT.resolve("samples/sessions/sessions.jsonl");
    for (String line : Files.readAllLines(source)) {
      samples.add((ObjectNode) JSON.readTree(line));
    }
    Files.createDirectories(archive);
    for (int from = 0; from < sessions; from += SESSIONS_PER_FILE) {
      Path file = archive.resolve("part-%04d.jsonl".formatted(from / SESSIONS_PER_FILE));
      try (BufferedWriter lines = Files.newBufferedWriter(file)) {
        for (int i = from; i < Math.min(sessions, from + SESSIONS_PER_FILE); i++) {
          ObjectNode session = samples.get(i % samples.size());
          lines.write(session.put("session_id", "session-" + i).toString());
          lines.newLine();
        }
      }
    }
  }

  /** The most that a full collection left. */
  private static AtomicLong watchHeap() {
    AtomicLong most = new AtomicLong();
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "heap-watch");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        watch.scheduleWithFixedDelay(
            () -> {
              System.gc();
              most.accumulateAndGet(leftByCollection(), Math::max);
            },
            2,
            2,
            TimeUnit.SECONDS);
    return most;
  }

  private static long leftByCollection() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getCollectionUsage().getUsed())
        .sum();
  }
}
