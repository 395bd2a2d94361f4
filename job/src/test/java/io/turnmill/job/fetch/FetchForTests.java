package io.turnmill.job.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A process of its own that fetches one model. */
final class FetchForTests {
  /** Ends the process like a kill, before it reads the third range of the weights. */
  static final String HALT = "halt";

  /** Keeps the folder in use, says so in a line, and waits for the end of its input. */
  static final String HOLD = "hold";

  private FetchForTests() {}

  static Process start(PublishedModel model, Path cache, Path reads, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FetchForTests.class.getName(),
                model.uri(),
                cache.toString(),
                reads.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  public static void main(String[] args) throws IOException {
    Configuration conf = new Configuration();
    conf.set(StoreForTests.READS_FILE, args[2]);
    String more = args.length > 3 ? args[3] : "";
    if (more.equals(HALT)) {
      StoreForTests.faults(URI.create(args[0]).getHost()).reads =
          (file, offset, bytes) -> {
            if (file.equals("model.safetensors") && offset >= 100_000) {
              Runtime.getRuntime().halt(137);
            }
            return bytes;
          };
    }
    HostCache cache =
        new HostCache(
            Path.of(args[1]),
            0,
            new FetchEnvironment(
                Clock.systemUTC(), pause -> {}, folder -> Long.MAX_VALUE, 50_000, 1));
    try (CachedFolder fetched = cache.fetch(ModelSource.list(args[0], conf), conf)) {
      if (more.equals(HOLD)) {
        System.out.println(HOLD + " " + fetched.path());
        while (System.in.read() >= 0) {}
      }
    }
  }
}
