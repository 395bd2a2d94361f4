package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes the same sessions in every layout that the job reads. */
public final class ArchiveWriter {
  private static final Random RANDOM = new Random(7);
  private static final Map<String, String> SHAREGPT_ROLES =
      Map.of("system", "system", "user", "human", "assistant", "gpt");

  private ArchiveWriter() {}

  /** Name of each layout, with what writes it into an empty folder. */
  public static Map<String, BiConsumer<List<JsonNode>, Path>> layouts() {
    Map<String, BiConsumer<List<JsonNode>, Path>> layouts = new TreeMap<>();
    layouts.put(
        "messages", (all, dir) -> write(dir.resolve("m.jsonl"), String.join("\n", messages(all))));
    layouts.put("messages scattered over gzip files", ArchiveWriter::scattered);
    layouts.put(
        "sessions", (all, dir) -> write(dir.resolve("s.jsonl"), lines(all, JsonNode::toString)));
    layouts.put(
        "sessions pretty-printed",
        (all, dir) -> write(dir.resolve("s.json"), lines(all, JsonNode::toPrettyString)));
    layouts.put(
        "sharegpt list",
        (all, dir) ->
            write(
                dir.resolve("g.json"),
                ArchiveForTests.JSON
                    .createArrayNode()
                    .addAll(all.stream().map(ArchiveWriter::sharegpt).toList())
                    .toPrettyString()));
    layouts.put("csv of messages", (all, dir) -> write(dir.resolve("m.csv"), csvMessages(all)));
    layouts.put("csv of sessions", (all, dir) -> write(dir.resolve("s.csv"), csvSessions(all)));
    layouts.put(
        "parquet of messages",
        (all, dir) -> parquet(messages(all)).repartition(3).write().parquet(dir + "/p"));
    layouts.put(
        "parquet of sessions",
        (all, dir) ->
            parquet(all.stream().map(JsonNode::toString).toList()).write().parquet(dir + "/p"));
    return layouts;
  }

  /** One JSON line for each message. */
  public static List<String> messages(List<JsonNode> sessions) {
    List<String> lines = new ArrayList<>();
    for (JsonNode session : sessions) {
      int turn = 0;
      for (JsonNode message : session.get("messages")) {
        ObjectNode line = ArchiveForTests.JSON.createObjectNode();
        line.set("session_id", session.get("session_id"));
        line.put("turn", turn++);
        line.setAll((ObjectNode) message);
        line.set("source", session.get("source"));
        lines.add(line.toString());
      }
    }
    return lines;
  }

  private static void scattered(List<JsonNode> sessions, Path dir) {
    List<String> lines = new ArrayList<>(messages(sessions));
    Collections.shuffle(lines, RANDOM);
    for (int part = 0; part < 4; part++) {
      List<String> mine = lines.subList(lines.size() * part / 4, lines.size() * (part + 1) / 4);
      gzip(dir.resolve("sub" + part % 2).resolve("m-" + part + ".jsonl.gz"), mine);
    }
  }

  private static JsonNode sharegpt(JsonNode session) {
    ObjectNode object = ArchiveForTests.JSON.createObjectNode();
    object.set("id", session.get("session_id"));
    object.set("source", session.get("source"));
    ArrayNode conversations = object.putArray("conversations");
    for (JsonNode message : session.get("messages")) {
      conversations
          .addObject()
          .put("from", SHAREGPT_ROLES.get(message.get("role").asText()))
          .put("value", message.get("content").asText());
    }
    return object;
  }

  private static String csvMessages(List<JsonNode> sessions) {
    StringBuilder csv = new StringBuilder("\uFEFFsession_id,turn,role,content,source\r\n");
    for (String line : messages(sessions)) {
      JsonNode node = ArchiveForTests.parse(line);
      csv.append(node.get("session_id").asText()).append(',');
      csv.append(node.get("turn").asText()).append(',');
      csv.append(node.get("role").asText()).append(',');
      csv.append(quoted(node.get("content").asText())).append(',');
      csv.append(node.get("source").asText()).append("\r\n");
    }
    return csv.toString();
  }

  private static String csvSessions(List<JsonNode> sessions) {
    StringBuilder csv = new StringBuilder("session_id,source,messages\n");
    for (JsonNode node : sessions) {
      csv.append(node.get("session_id").asText()).append(',');
      csv.append(node.get("source").asText()).append(',');
      csv.append(quoted(node.get("messages").toPrettyString())).append('\n');
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static Dataset<Row> parquet(List<String> lines) {
    SparkSession spark = SparkForTests.session();
    return spark.read().json(spark.createDataset(lines, Encoders.STRING())).coalesce(1);
  }

  private static String lines(List<JsonNode> sessions, Function<JsonNode, String> form) {
    return String.join("\n", sessions.stream().map(form).toList());
  }

  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void gzip(Path file, List<String> lines) {
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
