package io.turnmill.job.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of our own are to Spark what its own files are. */
class RowFileTest {
  private static final SparkSession SPARK = SparkForTests.session();
  private static final Configuration CONF = new Configuration(false);

  private static final StructType ITEM =
      new StructType()
          .add("turn", DataTypes.IntegerType)
          .add("content", DataTypes.StringType)
          .add("at", DataTypes.TimestampType)
          .add("scores", DataTypes.createArrayType(DataTypes.FloatType, false));

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("count", DataTypes.LongType)
          .add("share", DataTypes.DoubleType)
          .add("whole", DataTypes.BooleanType)
          .add("items", DataTypes.createArrayType(ITEM))
          .add("words", DataTypes.createArrayType(DataTypes.StringType))
          .add("carried", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, true))
          .add("last", ITEM);

  /** As the encoders of all versions take it: the map as entries. */
  private static final StructType ENCODED = withEntries();

  @TempDir Path folder;

  private static StructType withEntries() {
    StructType entry =
        new StructType().add("key", DataTypes.StringType, false).add("value", DataTypes.StringType);
    StructType schema = new StructType();
    for (var field : SCHEMA.fields()) {
      schema =
          field.name().equals("carried")
              ? schema.add("carried", DataTypes.createArrayType(entry, false))
              : schema.add(field);
    }
    return schema;
  }

  private static final class Rows {
    private final Random random = new Random(11);

    private <T> T orNull(T value) {
      return random.nextInt(4) == 0 ? null : value;
    }

    private String text() {
      return random
          .ints(random.nextInt(12), 0, 4)
          .mapToObj(i -> List.of("a", "é", "深", "\ud83d\udc69\u200d\ud83d\ude80").get(i))
          .reduce("", String::concat);
    }

    private Object[] list(Stream<?> values) {
      return values.limit(random.nextInt(4)).toArray();
    }

    private Row item() {
      return RowFactory.create(
          orNull(random.nextInt()),
          orNull(text()),
          orNull(
              Timestamp.from(
                  Instant.ofEpochSecond(random.nextInt(), 1000L * random.nextInt(1_000_000)))),
          orNull(list(Stream.generate(random::nextFloat))));
    }

    private Row row(int number) {
      Object[] carried =
          IntStream.range(0, random.nextInt(3))
              .mapToObj(i -> RowFactory.create("k" + i, orNull(text())))
              .toArray();
      return RowFactory.create(
          "row " + number,
          orNull(random.nextLong()),
          orNull(random.nextDouble()),
          orNull(random.nextBoolean()),
          orNull(list(Stream.generate(() -> orNull(item())))),
          orNull(list(Stream.generate(() -> orNull(text())))),
          orNull(carried),
          orNull(item()));
    }

    private static List<Row> some(int count) {
      Rows rows = new Rows();
      return IntStream.range(0, count).mapToObj(rows::row).toList();
    }
  }

  /** What Spark makes of these rows, without a file in between. */
  private static List<Row> bySpark(List<Row> rows) {
    return SPARK
        .createDataFrame(rows, ENCODED)
        .withColumn("carried", functions.map_from_entries(functions.col("carried")))
        .collectAsList();
  }

  private Path write(List<Row> rows, String codec) throws IOException {
    Path file = folder.resolve("rows.parquet");
    FileSystem files = FileSystem.getLocal(CONF);
    try (RowFileWriter writer =
        RowFileWriter.create(
            files,
            new org.apache.hadoop.fs.Path(file.toUri()),
            SCHEMA,
            RowFileWriter.Format.of(codec, SPARK.version()))) {
      for (Row row : rows) {
        writer.write(row);
      }
      assertThat(writer.rows()).isEqualTo(rows.size());
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "snappy", "uncompressed"})
  void sparkReadsWhatWasWritten(String codec) throws IOException {
    List<Row> rows = bySpark(Rows.some(300));
    Path file = write(rows, codec);
    var read = SPARK.read().parquet(file.toString());
    assertThat(read.collectAsList()).map(Row::toString).isEqualTo(texts(rows));
    // Spark reads whatever a file holds as nullable.
    assertThat(read.schema().json().replace("false", "true"))
        .isEqualTo(SCHEMA.json().replace("false", "true"));
  }

  @Test
  void ourReaderGivesWhatSparkGives() throws IOException {
    List<Row> rows = bySpark(Rows.some(300));
    Path own = write(rows, "zstd");
    assertThat(bySpark(read(own))).map(Row::toString).isEqualTo(texts(rows));
  }

  @Test
  void aFewColumnsAreReadAlone() throws IOException {
    Path file = write(bySpark(Rows.some(20)), "zstd");
    StructType some = new StructType().add("last", ITEM).add("id", DataTypes.StringType, false);
    try (RowFileReader reader =
        RowFileReader.open(new org.apache.hadoop.fs.Path(file.toUri()), some, CONF)) {
      Row first = reader.next();
      assertThat(first.size()).isEqualTo(2);
      assertThat(first.<String>getAs("id")).isEqualTo("row 0");
    }
  }

  @Test
  void aFileWithoutRowsIsATableWithoutRows() throws IOException {
    Path file = write(List.of(), "zstd");
    assertThat(SPARK.read().parquet(file.toString()).collectAsList()).isEmpty();
    assertThat(read(file)).isEmpty();
  }

  @Test
  void nothingLiesBesideTheFile() throws IOException {
    write(bySpark(Rows.some(3)), "zstd");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).map(Path::getFileName).map(Path::toString).containsExactly("rows.parquet");
    }
  }

  @Test
  void whatIsGoneOrDamagedIsSaidToBe() throws IOException {
    Path file = folder.resolve("rows.parquet");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("rows.parquet is gone or damaged");
    Files.writeString(file, "half of a file");
    assertThatThrownBy(() -> read(file)).isInstanceOf(DamagedFileException.class);
  }

  @Test
  void noByteThatIsAnotherGoesUnnoticedInTheRows() throws IOException {
    List<Row> rows = bySpark(Rows.some(50));
    byte[] whole = Files.readAllBytes(write(rows, "uncompressed"));
    for (int at = 4; at < whole.length / 2; at += 97) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Path file = folder.resolve("rows.parquet");
      Files.write(file, damaged);
      try {
        assertThat(bySpark(read(file))).map(Row::toString).as("byte " + at).isEqualTo(texts(rows));
      } catch (DamagedFileException | UncheckedIOException e) {
        assertThat(e).hasStackTraceContaining("gone or damaged");
      }
    }
  }

  private static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (RowFileReader reader =
        RowFileReader.open(new org.apache.hadoop.fs.Path(file.toUri()), SCHEMA, CONF)) {
      reader.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static List<String> texts(List<Row> rows) {
    return rows.stream().map(Row::toString).toList();
  }
}
