package io.turnmill.job;

import io.turnmill.bench.Bench;
import io.turnmill.bench.Rounds;
import io.turnmill.bench.Table;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What a run of three sessions takes from the command to its end, beside a process that starts a
 * bare Spark session by the JVM's own defaults and runs one small job, in turns.
 *
 * <pre>
 * submit/local.sh bench start --rounds 5
 * </pre>
 */
@Command(
    name = "bench start",
    description =
        "How long a run of three sessions takes as a process, beside a bare Spark session with one"
            + " small job.",
    mixinStandardHelpOptions = true)
public final class StartBench implements Callable<Integer> {
  private static final Path WORK = JobForTests.ROOT.resolve("job/target/bench/start");

  @Mixin private final Rounds rounds = new Rounds(5);

  /**
   * Seconds of a process.
   *
   * @param wall from its start to its end
   * @param cpu of all its threads
   */
  private record Times(double wall, double cpu) {}

  public static void main(String[] args) {
    Bench.main(new StartBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(WORK);
    Files.writeString(
        WORK.resolve("three.jsonl"),
        String.join(
            "",
            IntStream.range(0, 3)
                .mapToObj(i -> JobForTests.session("s" + i, "A table for " + (i + 2) + ", please."))
                .toList()));
    times(run()); // builds, where need be
    List<Times> bare = new ArrayList<>();
    List<Times> three = new ArrayList<>();
    for (int round = 0; round < rounds.count(); round++) {
      bare.add(times(bare()));
      three.add(times(run()));
    }
    Table.head("process", "seconds", "processor seconds", "× bare", "× bare, processor");
    print("bare Spark session", bare, bare);
    print("run of three sessions", three, bare);
    return 0;
  }

  private static void print(String what, List<Times> times, List<Times> bare) {
    double wall = median(times, Times::wall);
    double cpu = median(times, Times::cpu);
    Table.row(
        what,
        Table.number(wall, 1),
        Table.number(cpu, 1),
        Table.number(wall / median(bare, Times::wall), 2),
        Table.number(cpu / median(bare, Times::cpu), 2));
  }

  private static double median(List<Times> times, ToDoubleFunction<Times> figure) {
    return times.stream().mapToDouble(figure).sorted().skip(times.size() / 2).findFirst().orElse(0);
  }

  private static List<String> bare() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + JobForTests.ROOT.resolve("submit/jvm.options"),
        "-cp",
        System.getProperty("java.class.path"),
        Bare.class.getName());
  }

  private static List<String> run() {
    List<String> command = new ArrayList<>();
    command.add(JobForTests.ROOT.resolve("submit/local.sh").toString());
    command.addAll(List.of("run", "--quiet", "--restart", "--model", JobForTests.MODEL));
    command.addAll(List.of("--input", WORK.resolve("three.jsonl").toString()));
    command.addAll(List.of("--output", WORK.resolve("out").toString()));
    command.addAll(List.of("--set", "sampling.max_tokens=8"));
    return command;
  }

  /** Of the process and those that it waited for, as bash measures them. */
  private static Times times(List<String> command) throws IOException, InterruptedException {
    Path figures = WORK.resolve("times");
    List<String> timed =
        new ArrayList<>(
            List.of("bash", "-c", "TIMEFORMAT='%R %U %S'; { time \"$@\" 2>&3; } 3>&2 2>\"$0\""));
    timed.add(figures.toString());
    timed.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(timed).directory(JobForTests.ROOT.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Path log = WORK.resolve("log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    if (builder.start().waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + "\n" + Files.readString(log));
    }
    String[] seconds = Files.readString(figures).strip().split(" ", -1);
    return new Times(
        Double.parseDouble(seconds[0]),
        Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]));
  }

  /** What every program on Spark pays. */
  static final class Bare {
    private Bare() {}

    public static void main(String[] args) {
      SparkSession spark =
          SparkSession.builder()
              .master("local[*]")
              .appName("bare")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .getOrCreate();
      if (spark.range(100).count() != 100) {
        throw new IllegalStateException("This is a bug.");
      }
      spark.stop();
    }
  }
}
