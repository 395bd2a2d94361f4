package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.inference.Metric;
import io.turnmill.job.JobTimes.Mark;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.JobForTests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a run of the whole job took and did.
 *
 * @param manifest its {@code run.json}
 * @param whole seconds from the command to its end
 * @param inference seconds from the loaded model to the end of the last task, waiting included
 * @param parts where the time went, in words
 */
record JobRun(JsonNode manifest, double whole, double inference, String parts) {

  /**
   * Runs the job in a Spark session of its own.
   *
   * @param input the options that name it
   * @param settings each as {@code key=value}
   * @throws IllegalStateException if not every session got a result
   */
  static JobRun of(Path model, List<String> input, Path output, List<String> settings) {
    JobForTests job = JobForTests.alone(output, model.toString(), JobTimes.Loader::new);
    List<String> arguments = new ArrayList<>(input);
    arguments.addAll(List.of("--overwrite", "--restart"));
    String listener =
        String.join(
            ",",
            "spark.extraListeners=" + JobTimes.Listener.class.getName(),
            InferenceSpans.Listener.class.getName());
    InferenceSpans.clear();
    Stream.concat(settings.stream(), Stream.of(listener))
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    JobTimes.mark(Mark.BEGUN);
    ExitCode code = job.run(arguments.toArray(String[]::new));
    JobTimes.mark(Mark.ENDED);
    if (code != ExitCode.OK) {
      throw new IllegalStateException("the job ended with " + code + ": " + job.err());
    }
    JobRun run = of(job.manifest());
    if (run.counted("ok") != run.counted(run.isOfDocuments() ? "documents" : "sessions")) {
      throw new IllegalStateException("a session or document has no result");
    }
    return run;
  }

  private static JobRun of(JsonNode manifest) {
    double inference = seconds(manifest, Metric.PREFILL, Metric.DECODE, Metric.HOST, Metric.IDLE);
    String parts =
        String.format(
            Locale.ROOT,
            "start %.1f s, staging %.1f s, model %.1f s, inference %.1f s (%.1f s in forward"
                + " passes, %.2f s between them, %.2f s without work; Spark's tasks computed for"
                + " %.1f s), end %.1f s",
            JobTimes.between(Mark.BEGUN, Mark.SPARK_STARTED),
            JobTimes.between(Mark.SPARK_STARTED, Mark.LOADING),
            JobTimes.between(Mark.LOADING, Mark.LOADED),
            inference,
            seconds(manifest, Metric.PREFILL, Metric.DECODE),
            seconds(manifest, Metric.HOST),
            seconds(manifest, Metric.IDLE),
            JobTimes.taskSeconds(),
            JobTimes.between(Mark.LOADED, Mark.ENDED) - inference);
    return new JobRun(manifest, JobTimes.between(Mark.BEGUN, Mark.ENDED), inference, parts);
  }

  private static double seconds(JsonNode manifest, Metric... phases) {
    return Stream.of(phases)
        .mapToDouble(phase -> manifest.required("engine").required(phase.shownName()).asDouble())
        .sum();
  }

  /** A count of the run's results. */
  long counted(String name) {
    JsonNode books = manifest.required("books");
    return (isOfDocuments() ? books.required("documents") : books).required(name).asLong();
  }

  private boolean isOfDocuments() {
    return manifest.required("books").has("documents");
  }

  /** A count of the engine. */
  long engine(Metric metric) {
    return manifest.required("engine").required(metric.shownName()).asLong();
  }

  /** Tokens that the engine computed or drew. */
  long computed() {
    return engine(Metric.PROMPT_TOKENS)
        - engine(Metric.CACHED_TOKENS)
        + engine(Metric.GENERATED_TOKENS);
  }
}
