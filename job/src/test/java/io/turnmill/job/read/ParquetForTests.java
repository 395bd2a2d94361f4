package io.turnmill.job.read;

import java.io.IOException;
import java.nio.file.Path;
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
  private ParquetForTests() {}

  /**
   * Messages with a price in hundredths.
   *
   * @param idsAndPrices a session id, the bytes of its price, and so on
   */
  static void decimals(Path file, Object... idsAndPrices) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary session_id (UTF8); required binary role (UTF8);"
                + " required binary content (UTF8); required binary price (DECIMAL(9,2)); }");
    SimpleGroupFactory groups = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .withType(schema)
            .build()) {
      for (int i = 0; i < idsAndPrices.length; i += 2) {
        writer.write(
            groups
                .newGroup()
                .append("session_id", (String) idsAndPrices[i])
                .append("role", "user")
                .append("content", "a")
                .append("price", Binary.fromConstantByteArray((byte[]) idsAndPrices[i + 1])));
      }
    }
  }
}
