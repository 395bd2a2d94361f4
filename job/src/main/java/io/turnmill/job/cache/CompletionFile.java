package io.turnmill.job.cache;

import io.turnmill.inference.RequestKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Reads and writes Parquet files of completions by the keys of their requests, with page checksums.
 */
final class CompletionFile {
  private static final String KEY = "key";
  private static final String SESSION_HASH = "session_hash";

  /** By the name that the first caches gave it. */
  private static final String COMPLETION = "reply";

  private static final int KEY_BYTES = 2 * Long.BYTES;

  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
          .length(KEY_BYTES)
          .named(KEY)
          .required(PrimitiveTypeName.INT64)
          .as(LogicalTypeAnnotation.intType(64, true))
          .named(SESSION_HASH)
          .required(PrimitiveTypeName.BINARY)
          .named(COMPLETION)
          .named("reply");

  private CompletionFile() {}

  static void write(Path file, Configuration conf, Collection<StoredCompletion> entries)
      throws IOException {
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, conf))
            .withConf(conf)
            .withType(SCHEMA)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withPageWriteChecksumEnabled(true)
            .build()) {
      for (StoredCompletion entry : entries) {
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
        key.putLong(entry.key().high()).putLong(entry.key().low());
        Group group = groups.newGroup();
        group.append(KEY, Binary.fromConstantByteArray(key.array()));
        group.append(SESSION_HASH, entry.sessionHash());
        group.append(COMPLETION, Binary.fromConstantByteArray(entry.completion()));
        writer.write(group);
      }
    }
  }

  /**
   * Reads all entries of a file.
   *
   * @throws IOException or a RuntimeException when it is damaged, perhaps after some entries
   */
  static void read(Path file, Configuration conf, Consumer<StoredCompletion> entries)
      throws IOException {
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file)
            .withConf(conf)
            .usePageChecksumVerification()
            .build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        ByteBuffer key = ByteBuffer.wrap(group.getBinary(KEY, 0).getBytes());
        entries.accept(
            new StoredCompletion(
                new RequestKey(key.getLong(), key.getLong()),
                group.getLong(SESSION_HASH, 0),
                group.getBinary(COMPLETION, 0).getBytes()));
      }
    }
  }
}
