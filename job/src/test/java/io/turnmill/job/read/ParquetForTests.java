package io.turnmill.job.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Files as other writers than Spark leave them. */
final class ParquetForTests {
  private static final int LAST = 3;

  private ParquetForTests() {}

  /**
   * Messages {@code s0}, {@code s1} and so on with one column more.
   *
   * @param declaration of that column, without its repetition
   * @param values numbers or bytes of its type
   */
  static void messages(Path file, String declaration, List<?> values) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary session_id (UTF8); required binary role (UTF8);"
                + " required binary content (UTF8); required "
                + declaration
                + "; }");
    SimpleGroupFactory groups = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .withType(schema)
            .build()) {
      for (int i = 0; i < values.size(); i++) {
        Group group = groups.newGroup().append("session_id", "s" + i);
        group.append("role", "user").append("content", "a");
        add(group, values.get(i));
        writer.write(group);
      }
    }
  }

  private static void add(Group group, Object value) {
    if (value instanceof Integer number) {
      group.add(LAST, number);
    } else if (value instanceof Long number) {
      group.add(LAST, number);
    } else if (value instanceof Float number) {
      group.add(LAST, number);
    } else if (value instanceof Double number) {
      group.add(LAST, number);
    } else {
      group.add(LAST, Binary.fromConstantByteArray((byte[]) value));
    }
  }
}
