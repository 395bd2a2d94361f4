package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.torch.EncoderGolden;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors as Arrow and Spark read them. */
class ExportVectorsTest {
  private static final int SESSIONS = 5;

  @TempDir Path folder;

  private Path archive;

  @BeforeEach
  void writeArchive() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < SESSIONS; i++) {
      String line = JobForTests.session("s" + i, "text of number " + "word ".repeat(i));
      String tenant = "{\"tenant\":\"tenant é" + i + "\",";
      lines.append(i % 2 == 0 ? line : tenant + line.substring(1));
    }
    archive = Files.writeString(folder.resolve("in.jsonl"), lines);
  }

  private JobForTests embed(String... more) {
    String model = EncoderGolden.named("distilbert-mean").model().path().toString();
    JobForTests job = new JobForTests(folder.resolve("out"), model, FolderModelLoader::new);
    List<String> all = new ArrayList<>(List.of("--input", archive.toString()));
    all.addAll(List.of("--set=task.kind=embed", "--set=output.buckets=2"));
    all.addAll(List.of(more));
    assertThat(job.run(all.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  private Path export(JobForTests job) {
    Path file = folder.resolve("vectors.arrow");
    assertThat(
            job.command(
                "export",
                folder.resolve("out").toString(),
                "--format=arrow",
                "--output",
                file.toString()))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("Wrote 5 vectors of ");
    return file;
  }

  /** The vectors of the table, by session. */
  private static Map<String, List<Number>> stored(JobForTests job) {
    Map<String, List<Number>> vectors = new TreeMap<>();
    for (Row row : job.results()) {
      boolean nested = List.of(row.schema().fieldNames()).contains("embeddings");
      Row answer = nested ? row.<Row>getList(row.fieldIndex("embeddings")).get(0) : row;
      vectors.put(row.getAs("session_id"), answer.getList(answer.fieldIndex("vector")));
    }
    assertThat(vectors).hasSize(SESSIONS);
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "turn"})
  void anArrowFileHoldsTheVectorsOfEitherLayout(String layout) throws IOException {
    JobForTests job = embed("--set=output.layout=" + layout, "--set=embed.each=user_turn");
    Path file = export(job);
    Map<String, List<Number>> stored = stored(job);
    int rows = 0;
    try (BufferAllocator memory = new RootAllocator();
        SeekableByteChannel channel = Files.newByteChannel(file);
        ArrowFileReader reader = new ArrowFileReader(channel, memory)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        FixedSizeListVector vectors = (FixedSizeListVector) root.getVector("vector");
        ArrowBuf numbers = vectors.getDataVector().getDataBuffer();
        int size = vectors.getListSize();
        for (int row = 0; row < root.getRowCount(); row++) {
          rows++;
          String session = root.getVector("session_id").getObject(row).toString();
          List<Number> expected = stored.get(session);
          assertThat(size).isEqualTo(expected.size());
          for (int i = 0; i < size; i++) {
            assertThat(numbers.getFloat(4L * (row * size + i))).isEqualTo(expected.get(i));
          }
          int number = Integer.parseInt(session.substring(1));
          assertThat(root.getVector("turn").getObject(row)).isEqualTo(0);
          assertThat(String.valueOf(root.getVector("tenant").getObject(row)))
              .isEqualTo(number % 2 == 0 ? "null" : "tenant é" + number);
        }
      }
    }
    assertThat(rows).isEqualTo(SESSIONS);
  }

  @Test
  void wholeNumbersComeWithTheirScale() throws IOException {
    JobForTests job = embed("--set=embed.dtype=int8");
    Path file = export(job);
    Map<String, List<Number>> stored = stored(job);
    try (BufferAllocator memory = new RootAllocator();
        SeekableByteChannel channel = Files.newByteChannel(file);
        ArrowFileReader reader = new ArrowFileReader(channel, memory)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(root.getRowCount()).isEqualTo(SESSIONS);
      FixedSizeListVector vectors = (FixedSizeListVector) root.getVector("vector");
      FieldVector scale = root.getVector("scale");
      for (int row = 0; row < SESSIONS; row++) {
        String session = root.getVector("session_id").getObject(row).toString();
        assertThat(vectors.getObject(row)).isEqualTo(stored.get(session));
        assertThat((Float) scale.getObject(row)).isPositive();
        assertThat(root.getVector("turn").getObject(row)).as("it is of the session").isNull();
      }
    }
  }

  @Test
  void halfPrecisionHasTwoBytesANumber() throws IOException {
    JobForTests job = embed("--set=embed.dtype=float16");
    Path file = export(job);
    Map<String, List<Number>> stored = stored(job);
    int size = stored.get("s0").size();
    try (BufferAllocator memory = new RootAllocator();
        SeekableByteChannel channel = Files.newByteChannel(file);
        ReadChannel in = new ReadChannel(channel.position(8))) {
      // Read by hand, because Arrow of Spark 3.5 does not have a vector of this type.
      Schema schema = MessageSerializer.deserializeSchema(in);
      assertThat(schema.findField("vector").getChildren().get(0).getType())
          .hasToString("FloatingPoint(HALF)");
      try (ArrowRecordBatch batch =
          (ArrowRecordBatch) MessageSerializer.deserializeMessageBatch(in, memory)) {
        assertThat(batch.getLength()).isEqualTo(SESSIONS);
        ArrowBuf numbers = batch.getBuffers().get(batch.getBuffers().size() - 1);
        List<Float> first = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          first.add(half(numbers.getShort(2L * i)));
        }
        assertThat(stored).containsValue(new ArrayList<>(first));
      }
    }
  }

  /** The number of IEEE 754 binary16 bits, by the definition of the format. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : Math.scalb(1024.0 + fraction, exponent - 25);
    return (float) (bits < 0 ? -size : size);
  }

  @Test
  void sparkComparesTheVectorsByItsOwnFunctions() {
    JobForTests job = embed("--set=output.layout=turn");
    SparkSession spark = SparkForTests.any();
    spark
        .read()
        .parquet(folder.resolve("out/results").toString())
        .createOrReplaceTempView("embedded");
    // Spark 3.5 does not have the function.
    String similarity =
        spark.catalog().functionExists("vector_cosine_similarity")
            ? "vector_cosine_similarity(a.vector, b.vector)"
            : "aggregate(zip_with(a.vector, b.vector, (x, y) -> double(x) * y), 0D, (s, x) -> s + x)"
                + " / sqrt(aggregate(a.vector, 0D, (s, x) -> s + double(x) * x))"
                + " / sqrt(aggregate(b.vector, 0D, (s, x) -> s + double(x) * x))";
    List<Row> pairs =
        spark
            .sql(
                "SELECT a.session_id AS one, b.session_id AS other, double("
                    + similarity
                    + ") AS similarity FROM embedded a CROSS JOIN embedded b")
            .collectAsList();
    Map<String, List<Number>> stored = stored(job);
    assertThat(pairs).hasSize(SESSIONS * SESSIONS);
    for (Row pair : pairs) {
      double expected = cosine(stored.get(pair.getString(0)), stored.get(pair.getString(1)));
      assertThat(pair.getDouble(2)).isCloseTo(expected, within(1e-5));
    }
    assertThat(pairs.stream().min(Comparator.comparingDouble(pair -> pair.getDouble(2))))
        .hasValueSatisfying(pair -> assertThat(pair.getDouble(2)).isLessThan(0.999));
  }

  private static double cosine(List<Number> a, List<Number> b) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.size(); i++) {
      double x = a.get(i).doubleValue();
      double y = b.get(i).doubleValue();
      product += x * y;
      ofA += x * x;
      ofB += y * y;
    }
    return product / Math.sqrt(ofA * ofB);
  }
}
