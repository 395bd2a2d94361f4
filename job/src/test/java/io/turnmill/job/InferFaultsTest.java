package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.AskedModel;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.RepliesCodec;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.runtime.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Staged rows that no session can be read from. */
class InferFaultsTest {
  private static final int SESSIONS = 200;
  private static final int EVERY = 19;

  @TempDir Path folder;

  @AfterEach
  void closeModels() {
    ExecutorModels.here().closeIdle();
  }

  @Test
  void aRowThatHoldsNoSessionFailsAloneAndTheOthersAreAsEver() {
    Map<String, JsonNode> clean = infer("user");
    Map<String, JsonNode> faulty = infer("pirate");

    assertThat(faulty.keySet()).hasSize(SESSIONS).isEqualTo(clean.keySet());
    faulty.forEach(
        (id, result) -> {
          if (isFaulty(Integer.parseInt(id.substring(1)))) {
            assertThat(result.path("error_code").asText()).isEqualTo("internal_error");
            assertThat(result.path("error_detail").asText())
                .isEqualTo("begin: java.lang.IllegalArgumentException");
          } else {
            assertThat(result).isEqualTo(clean.get(id));
            assertThat(result.path("status").asText()).isEqualTo("ok");
          }
        });
  }

  private static boolean isFaulty(int session) {
    return session % EVERY == 4;
  }

  /** The result of each session, without what its slot had from others. */
  private Map<String, JsonNode> infer(String roleOfTheFaulty) {
    SparkSession spark = SparkForTests.session();
    List<Row> rows = IntStream.range(0, SESSIONS).mapToObj(i -> row(i, roleOfTheFaulty)).toList();
    Dataset<Row> inferred =
        Infer.infer(
            spark
                .createDataFrame(rows, StagedRows.SCHEMA)
                .withColumn("deaths", functions.lit(0))
                .coalesce(1),
            AskedItems.SESSIONS,
            BucketModels.only(
                new AskedModel(new FakeModelLoader(options()), new RepliesCodec(false))),
            new InFlightStore(
                folder.resolve(roleOfTheFaulty).toUri().toString(),
                new HadoopConf(Spark.hadoop(spark)),
                JobAttempt.first(),
                3),
            Optional.empty(),
            new Tally(spark));
    Map<String, JsonNode> results = new TreeMap<>();
    for (String json : inferred.select("result.*").toJSON().collectAsList()) {
      JsonNode result = ArchiveForTests.parse(json.replaceAll("\"cached_tokens\":\\d+,", ""));
      assertThat(results.put(result.path("session_id").asText(), result)).isNull();
    }
    return results;
  }

  private static RuntimeOptions options() {
    return RuntimeOptions.of(RuntimeOptions.Model.of(JobForTests.MODEL), SamplingParams.greedy(8));
  }

  private static Row row(int number, String roleOfTheFaulty) {
    String role = isFaulty(number) ? roleOfTheFaulty : "user";
    Object[] messages = {RowFactory.create(0, role, "Question " + number, null, null)};
    return RowFactory.create(
        0,
        null,
        "s" + number,
        messages,
        Map.of(),
        1,
        1,
        0,
        12L,
        "file",
        (long) number,
        0L,
        null,
        false);
  }
}
