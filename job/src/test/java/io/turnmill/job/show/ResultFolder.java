package io.turnmill.job.show;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.JulianFields;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes output folders as Spark would write them, with the Parquet library alone. */
final class ResultFolder {
  static final MessageType RESULTS =
      MessageTypeParser.parseMessageType(
          """
          message spark_schema {
            optional binary session_id (STRING);
            optional binary tenant (STRING);
            optional binary status (STRING);
            optional binary error_code (STRING);
            optional binary error_detail (STRING);
            optional group messages (LIST) { repeated group list { optional group element {
              optional int32 turn;
              optional binary role (STRING);
              optional binary content (STRING);
              optional int96 timestamp;
              optional binary message_id (STRING);
            } } }
            optional group replies (LIST) { repeated group list { optional group element {
              optional int32 turn;
              optional binary content (STRING);
              optional binary reasoning (STRING);
              optional int32 reasoning_tokens;
              optional boolean reasoning_cut_short;
              optional binary finish_reason (STRING);
              optional binary stop_reason (STRING);
              optional int32 prompt_tokens;
              optional int32 cached_tokens;
              optional int32 completion_tokens;
              optional double mean_logprob;
              optional double confidence;
              optional int32 dropped_messages;
            } } }
            optional group carried (MAP) { repeated group key_value {
              required binary key (STRING);
              optional binary value (STRING);
            } }
            optional int32 rejected_messages;
            optional binary model_fingerprint (STRING);
          }
          """);
  static final MessageType REJECTED =
      MessageTypeParser.parseMessageType(
          """
          message spark_schema {
            optional binary scope (STRING);
            optional binary code (STRING);
            optional binary detail (STRING);
            optional binary source_file (STRING);
            optional int64 line;
            optional int64 position;
            optional binary tenant (STRING);
            optional binary session_id (STRING);
          }
          """);

  private final Path folder;

  ResultFolder(Path folder) {
    this.folder = folder;
  }

  /** Writes one file; each writer fills one row. */
  @SafeVarargs
  final void write(String file, MessageType schema, Consumer<Group>... rows) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.resolve(file).toUri());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(path)
            .withType(schema)
            .withConf(new Configuration())
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroupFactory(schema).newGroup();
        row.accept(group);
        writer.write(group);
      }
    }
  }

  static Consumer<Group> session(String id, Consumer<Group> more) {
    return row -> {
      row.append("session_id", id).append("status", "ok").append("rejected_messages", 0);
      more.accept(row);
    };
  }

  static void message(Group row, int turn, String role, String content) {
    element(row, "messages").append("turn", turn).append("role", role).append("content", content);
  }

  static void timed(Group row, int turn, String role, String content, Instant time) {
    Group message = element(row, "messages");
    message.append("turn", turn).append("role", role).append("content", content);
    message.append("timestamp", int96(time));
  }

  static Group reply(Group row, int turn, String content, int cached) {
    Group reply = element(row, "replies");
    reply
        .append("turn", turn)
        .append("content", content)
        .append("finish_reason", "stop")
        .append("prompt_tokens", 1234)
        .append("cached_tokens", cached)
        .append("completion_tokens", 12)
        .append("mean_logprob", -0.2)
        .append("confidence", 0.8187);
    return reply;
  }

  static void carried(Group row, String key, String value) {
    Group map =
        row.getFieldRepetitionCount("carried") > 0
            ? row.getGroup("carried", 0)
            : row.addGroup("carried");
    map.addGroup("key_value").append("key", key).append("value", value);
  }

  private static Group element(Group row, String list) {
    Group group =
        row.getFieldRepetitionCount(list) > 0 ? row.getGroup(list, 0) : row.addGroup(list);
    return group.addGroup("list").addGroup("element");
  }

  /** Nanoseconds of the day, then the Julian day, both little endian. */
  private static Binary int96(Instant time) {
    var utc = time.atZone(ZoneOffset.UTC);
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(utc.toLocalTime().toNanoOfDay());
    bytes.putInt((int) utc.toLocalDate().getLong(JulianFields.JULIAN_DAY));
    return Binary.fromConstantByteArray(bytes.array());
  }
}
