package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.testing.OutputForTests;
import io.turnmill.job.testing.SharedSparkJobs;
import io.turnmill.testing.SpoiltFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job with the sample model itself: its replies are those of transformers. */
class SampleReplyTest {
  private static final Path SAMPLES = Path.of("../samples").toAbsolutePath().normalize();

  /** Sums of some dozens of float32 log-probabilities, in another order than the reference's. */
  private static final double LOGPROB_TOLERANCE = 1e-3;

  @TempDir Path folder;

  @Test
  void repliesInTheResultsAreThoseOfTransformers() throws IOException {
    assertReplies(SAMPLES.resolve("models/chat-mini"));
  }

  @Test
  void repliesEndAtTheEndOfSequenceThatTheTokenizerAloneNames() throws IOException {
    SpoiltFolder model =
        SpoiltFolder.copyOf(SAMPLES.resolve("models/chat-mini"), folder.resolve("model"))
            .replace("config.json", "\"eos_token_id\": 6143", "\"eos_token_id\": 6141")
            .write("generation_config.json", "{\"do_sample\": false, \"eos_token_id\": 6141}");
    assertReplies(model.path());
  }

  private void assertReplies(Path model) throws IOException {
    CommandForTests turnmill =
        new CommandForTests(new SharedSparkJobs(SparkJobsForTests.with(FolderModelLoader::new)));
    String[] arguments = {
      "run",
      "--model=" + model,
      "--input=" + SAMPLES.resolve("sessions/sessions.jsonl"),
      "--input=" + SAMPLES.resolve("sessions/sharegpt.json"),
      "--output=" + folder.resolve("out"),
      "--set=model.dtype=float32",
      "--set=sampling.max_tokens=48",
      "--set=output.buckets=2",
    };
    assertThat(turnmill.run(arguments)).as(turnmill.err()).isEqualTo(ExitCode.OK);

    Map<String, Row> replies = new HashMap<>();
    for (Row row : new OutputForTests(folder.resolve("out")).results()) {
      replies.put(row.getAs("session_id"), (Row) row.getList(row.fieldIndex("replies")).get(0));
    }
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream("/golden/replies/replies.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode expected = new ObjectMapper().readTree(line);
        String id = expected.get("session_id").asText();
        Row reply = replies.get(id);
        assertThat(reply.<String>getAs("content"))
            .as(id)
            .isEqualTo(expected.get("content").asText());
        assertThat(reply.<Integer>getAs("turn")).isEqualTo(expected.get("turn").asInt());
        assertThat(reply.<String>getAs("finish_reason"))
            .isEqualTo(expected.get("finish_reason").asText());
        assertThat(reply.<Integer>getAs("prompt_tokens"))
            .isEqualTo(expected.get("prompt_tokens").asInt());
        assertThat(reply.<Integer>getAs("completion_tokens"))
            .isEqualTo(expected.get("completion_tokens").asInt());
        assertThat(reply.<Double>getAs("mean_logprob"))
            .isCloseTo(expected.get("mean_logprob").asDouble(), within(LOGPROB_TOLERANCE));
        compared++;
      }
    }
    assertThat(compared)
        .as("but for a few on whose way two tokens are nearly as likely")
        .isBetween(replies.size() * 9 / 10, replies.size());
  }
}
