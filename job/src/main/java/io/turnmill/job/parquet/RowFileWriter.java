package io.turnmill.job.parquet;

import io.turnmill.job.hadoop.FileSystems;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Writes one Parquet file, row by row, and no other file beside it: neither a checksum file of
 * Hadoop's nor a marker.
 */
public final class RowFileWriter implements Closeable {
  /** The name in the footer under which Spark keeps the types of the columns. */
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  /** Small enough that a reader of one session can skip most of a large file. */
  private static final int ROW_GROUP_BYTES = 32 << 20;

  private final ParquetWriter<Row> writer;
  private long rows;

  private RowFileWriter(ParquetWriter<Row> writer) {
    this.writer = writer;
  }

  /**
   * How files are written.
   *
   * @param codec the name of the compression in Parquet, such as {@code zstd} or {@code
   *     uncompressed}
   * @param footer what the footer says besides the schema, by name
   */
  public record Format(String codec, Map<String, String> footer) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Format {
      footer = Map.copyOf(footer);
    }

    /**
     * The format of a file by this version of Spark. Readers need the version, because older ones
     * counted the days before 1582 differently.
     */
    public static Format of(String codec, String sparkVersion) {
      return new Format(codec, Map.of("org.apache.spark.version", sparkVersion));
    }
  }

  /**
   * Begins a file. A file that is there already is replaced when this one is closed, or earlier.
   *
   * @throws IOException when the file cannot be made
   */
  public static RowFileWriter create(FileSystem files, Path path, StructType schema, Format format)
      throws IOException {
    Map<String, String> footer = new LinkedHashMap<>(format.footer());
    footer.put(SPARK_SCHEMA, schema.json());
    Configuration conf = files.getConf();
    return new RowFileWriter(
        new Builder(
                new Target(FileSystems.withoutChecksums(files), path),
                new RowWriteSupport(schema, footer))
            .withConf(conf)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withCompressionCodec(CompressionCodecName.fromConf(format.codec()))
            .withRowGroupSize(conf.getLong(ParquetOutputFormat.BLOCK_SIZE, ROW_GROUP_BYTES))
            .build());
  }

  public void write(Row row) throws IOException {
    writer.write(row);
    rows++;
  }

  /** How many rows were written so far. */
  public long rows() {
    return rows;
  }

  /** Ends the file; it can be read only after this. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final RowWriteSupport support;

    Builder(OutputFile file, RowWriteSupport support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * The deprecated method is needed, because Parquet of Spark 3.5 does not have its successor.
     */
    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<Row> getWriteSupport(Configuration conf) {
      return support;
    }
  }

  private record Target(FileSystem files, Path path) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
      return HadoopStreams.wrap(files.create(path, /* overwrite= */ false));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
      return HadoopStreams.wrap(files.create(path, /* overwrite= */ true));
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }

    @Override
    public String getPath() {
      return path.toString();
    }
  }
}
