package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.model.DecoderSpec;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeForwardPass;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of its engines, while it is under way and when it has ended. */
class MetricsRunTest {
  private static final AtomicInteger PASSES = new AtomicInteger();
  private static final AtomicLong TOKENS = new AtomicLong();
  private static Consumer<Integer> atPass = pass -> {};

  @TempDir Path folder;

  /** Counts what goes through the model, and does what the test says at a pass. */
  private record CountingLoader(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "counting " + options;
    }

    @Override
    public ModelRuntime load() {
      DecoderFrontEnd parts = DecoderFrontEnd.open(options);
      int end = ((DecoderSpec) parts.folder().spec()).tokens().eos().iterator().next();
      FakeForwardPass pass =
          new FakeForwardPass(parts.folder().spec().vocabSize() + 2, end, 0.05)
              .padsToTheLongest()
              .beforeForward(
                  batch -> {
                    atPass.accept(PASSES.incrementAndGet());
                    TOKENS.addAndGet(batch.tokens());
                  });
      EngineConfig sizes = new EngineConfig(8, 64, parts.maxModelLen());
      return ModelRuntime.of(
          parts,
          DecoderEngine.start(pass, sizes, FakeModelLoader.fakeOf(parts, options)),
          sizes.maxNumSeqs());
    }
  }

  @BeforeEach
  void nothingHappenedYet() {
    PASSES.set(0);
    TOKENS.set(0);
    atPass = pass -> {};
  }

  @Test
  void theManifestAndTheSummarySayWhatTheEnginesDid() throws IOException {
    JobForTests job = new JobForTests(folder.resolve("out"), CountingLoader::new);
    assertThat(job.run("--input", input().toString())).isEqualTo(ExitCode.OK);

    JsonNode engine = job.manifest().path("engine");
    JsonNode books = job.manifest().path("books");
    assertThat(engine.path("engines").asLong()).isEqualTo(1);
    assertThat(engine.path("prompt_tokens")).isEqualTo(books.path("prompt_tokens"));
    assertThat(engine.path("cached_tokens")).isEqualTo(books.path("cached_tokens"));
    assertThat(engine.path("generated_tokens")).isEqualTo(books.path("completion_tokens"));
    assertThat(engine.path("replies").asLong()).isEqualTo(40);
    assertThat(engine.path("prefill_steps").asInt() + engine.path("decode_steps").asInt())
        .isEqualTo(PASSES.get());
    // Of each reply all tokens but the last go through the model again.
    assertThat(TOKENS.get())
        .isEqualTo(
            engine.path("prompt_tokens").asLong()
                - engine.path("cached_tokens").asLong()
                + engine.path("generated_tokens").asLong()
                - 40);
    assertThat(engine.path("padded_positions").asLong())
        .isGreaterThan(engine.path("attended_positions").asLong());
    assertThat(engine.path("decode_seconds").asDouble()).isPositive();
    String contract = Files.readString(JobForTests.ROOT.resolve("samples/FORMAT.md"));
    engine.fieldNames().forEachRemaining(name -> assertThat(contract).contains("`" + name + "`"));
    assertThat(job.out())
        .containsPattern(
            "engine            [\\d,]+ tokens in, [\\d.]+ % of them cached, [\\d,]+ out,"
                + " padding [\\d.]+ %")
        .contains("prefill ")
        .contains(" without work");
  }

  @Test
  void whatAFailedTaskDidIsCountedByTheNextOne() throws IOException {
    atPass =
        pass -> {
          if (pass == 20) {
            throw new IllegalStateException("The device is gone.");
          }
        };
    JobForTests job = new JobForTests(folder.resolve("out"), CountingLoader::new);
    assertThat(
            job.run(
                "--input", input().toString(),
                "--set", "spark.master=local[1,3]",
                "--set", "output.buckets=1"))
        .isEqualTo(ExitCode.OK);

    JsonNode engine = job.manifest().path("engine");
    assertThat(engine.path("engines").asLong()).isEqualTo(2);
    assertThat(engine.path("prefill_steps").asInt() + engine.path("decode_steps").asInt())
        .as("all passes but the one that broke")
        .isEqualTo(PASSES.get() - 1);
    assertThat(engine.path("prompt_tokens").asLong())
        .isGreaterThan(job.manifest().path("books").path("prompt_tokens").asLong());
  }

  @Test
  void prometheusSeesTheEnginesWhileTheRunIsUnderWay() throws IOException {
    Map<String, Double> seen = new TreeMap<>();
    StringBuilder page = new StringBuilder();
    atPass =
        pass -> {
          if (pass == 60) {
            page.append(get("/metrics/prometheus/"));
          }
        };
    JobForTests job = new JobForTests(folder.resolve("out"), CountingLoader::new);
    String sink = "spark.metrics.conf.*.sink.prometheusServlet";
    assertThat(
            job.run(
                "--input",
                input().toString(),
                "--set",
                "output.buckets=1", // so that passes have several rows, of several lengths
                "--set",
                "spark.ui.enabled=true",
                "--set",
                "spark.ui.port=0",
                "--set",
                sink + ".class=org.apache.spark.metrics.sink.PrometheusServlet",
                "--set",
                sink + ".path=/metrics/prometheus"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);

    Pattern line =
        Pattern.compile(
            "metrics_turnmill_driver_plugin_io_turnmill_job_metrics_MetricsPlugin_(\\w+)_Value"
                + "\\{type=\"gauges\"} (\\S+)");
    for (MatchResult found : line.matcher(page).results().toList()) {
      seen.put(found.group(1), Double.valueOf(found.group(2)));
    }
    assertThat(seen.get("engine_prefill_steps") + seen.get("engine_decode_steps")).isEqualTo(59);
    assertThat(seen.get("engine_prompt_tokens")).isGreaterThan(seen.get("engine_cached_tokens"));
    assertThat(seen.get("engine_generated_tokens")).isPositive();
    assertThat(seen.get("engine_slots")).isEqualTo(8);
    assertThat(seen.get("engine_slots_in_use")).isBetween(0.0, 8.0);
    // None is padded where the passes so far had one row each, or rows of one length.
    assertThat(seen.get("engine_padding_share")).isBetween(0.0, 0.999);
    assertThat(seen.get("engine_decode_seconds")).isPositive();
    assertThat(seen).containsKeys("engine_waiting_requests", "engine_feeds", "all_engines");
    assertThat(page).doesNotContain("weather");
  }

  private Path input() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String question = "What is the weather like in town number " + i + "?" + " Please.".repeat(i);
      lines.append(JobForTests.session("s" + i, question));
    }
    return Files.writeString(folder.resolve("s.jsonl"), lines);
  }

  /** A page of the driver's web server. */
  private static String get(String path) {
    String address = SparkContext.getOrCreate().uiWebUrl().get();
    assertThat(address).matches("http://127\\.0\\.0\\.1:\\d+");
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(address + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
