package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** What runs wrote into an output folder. */
public class OutputForTests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path output;

  public OutputForTests(Path output) {
    this.output = output;
  }

  public JsonNode manifest() {
    try {
      return JSON.readTree(output.resolve("_turnmill/run.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Parquet files of the results, below the output folder. */
  public Set<String> resultFiles() {
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
  public Set<Integer> bucketsDone() {
    return bucketsDone("_turnmill/work/ledger");
  }

  /** The numbers of the buckets of chunks of sessions that are entered as done. */
  public Set<Integer> chunkBucketsDone() {
    return bucketsDone("_turnmill/work/chunks/work/ledger");
  }

  private Set<Integer> bucketsDone(String folder) {
    Path ledger = output.resolve(folder);
    if (!Files.exists(ledger)) {
      return Set.of();
    }
    try (Stream<Path> entries = Files.walk(ledger)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("bucket-\\d+\\.json"))
          .map(name -> Integer.valueOf(name.replaceAll("\\D", "")))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many sessions each bucket of the results holds. */
  public Map<Integer, Long> sizes() {
    return results().stream()
        .collect(
            Collectors.groupingBy(
                row -> row.<Integer>getAs("bucket"), TreeMap::new, Collectors.counting()));
  }

  public List<Row> results() {
    return rows("results");
  }

  public List<Row> rejected() {
    return rows("rejected");
  }

  private List<Row> rows(String table) {
    return SparkForTests.any().read().parquet(output.resolve(table).toString()).collectAsList();
  }

  /** The text of the first reply to each session. */
  public Map<String, String> replies() {
    Map<String, String> replies = new TreeMap<>();
    for (Row row : results()) {
      Row first = (Row) row.getList(row.fieldIndex("replies")).get(0);
      replies.put(row.getAs("session_id"), first.getAs("content"));
    }
    return replies;
  }

  /** What must not depend on how a run was made: status, bucket and replies of each session. */
  public Map<String, String> answers() {
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
}
