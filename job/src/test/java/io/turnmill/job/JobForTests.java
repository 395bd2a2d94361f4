package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.infer.PlacedLoader;
import io.turnmill.job.report.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** The command line in this JVM, on the sample model's folder, and what it wrote. */
final class JobForTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final String MODEL = ROOT.resolve("samples/models/chat-mini").toString();

  private final Path output;
  private final String address;
  private final String model;
  private final PlacedLoader.Loaders loaders;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * @param output the output folder of all runs
   * @param loaders what loads the model
   */
  JobForTests(Path output, PlacedLoader.Loaders loaders) {
    this(output, MODEL, loaders);
  }

  /**
   * @param model its folder
   */
  JobForTests(Path output, String model, PlacedLoader.Loaders loaders) {
    this(output, output.toString(), model, loaders);
  }

  private JobForTests(Path output, String address, String model, PlacedLoader.Loaders loaders) {
    this.output = output;
    this.address = address;
    this.model = model;
    this.loaders = loaders;
  }

  /**
   * A job that writes by another file system.
   *
   * @param address of the output folder there
   */
  static JobForTests by(String address, Path output, PlacedLoader.Loaders loaders) {
    return new JobForTests(output, address, MODEL, loaders);
  }

  /** The command {@code run} with short replies. */
  ExitCode run(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("run", "--model", model, "--output", address, "--progress=none"));
    all.addAll(List.of("--set", "sampling.max_tokens=12"));
    all.addAll(List.of(arguments));
    SparkForTests.stop();
    out.reset();
    err.reset();
    Terminal terminal =
        Terminal.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    Context context =
        new Context(
            terminal,
            "turnmill",
            new SparkJobs(loaders),
            Wiring.templates(),
            new FolderModelTool());
    return Main.run(all.toArray(String[]::new), context);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  JsonNode manifest() {
    try {
      return JSON.readTree(output.resolve("_turnmill/run.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Parquet files of the results, below the output folder. */
  Set<String> resultFiles() {
    try (Stream<Path> files = Files.walk(output.resolve("results"))) {
      return files
          .map(file -> output.relativize(file).toString())
          // Readers of Parquet pass over what is hidden, such as the remains of a failed write.
          .filter(file -> file.matches("results(/[^._][^/]*)+\\.parquet"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of the buckets that are entered as done. */
  Set<Integer> bucketsDone() {
    String[] names = output.resolve("_turnmill/work/ledger").toFile().list();
    return Stream.of(names == null ? new String[0] : names)
        .filter(name -> name.matches("bucket-\\d+\\.json"))
        .map(name -> Integer.valueOf(name.replaceAll("\\D", "")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  List<Row> results() {
    return rows("results");
  }

  List<Row> rejected() {
    return rows("rejected");
  }

  private List<Row> rows(String table) {
    return SparkForTests.session().read().parquet(output.resolve(table).toString()).collectAsList();
  }

  /** What must not depend on how a run was made: status, bucket and replies of each session. */
  Map<String, String> answers() {
    Map<String, String> answers = new TreeMap<>();
    for (Row row : results()) {
      List<Row> replies = row.getList(row.fieldIndex("replies"));
      String said =
          replies.stream()
              .map(
                  reply ->
                      reply.getAs("content")
                          + "|"
                          + reply.getAs("finish_reason")
                          + "|"
                          + reply.getAs("completion_tokens")
                          + "|"
                          + reply.getAs("mean_logprob"))
              .collect(Collectors.joining());
      String answer = row.getAs("status") + "|" + row.getAs("bucket") + "|" + said;
      if (answers.put(row.getAs("session_id"), answer) != null) {
        throw new AssertionError("twice in the results: " + row.getAs("session_id"));
      }
    }
    return answers;
  }

  /** A line of an archive: a session of one user turn. */
  static String session(String id, String text) {
    try {
      return JSON.writeValueAsString(
              Map.of(
                  "session_id", id, "messages", List.of(Map.of("role", "user", "content", text))))
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
