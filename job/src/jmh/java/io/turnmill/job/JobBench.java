package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.bench.Bench;
import io.turnmill.bench.ComputeOptions;
import io.turnmill.bench.DecoderModel;
import io.turnmill.bench.EngineOptions;
import io.turnmill.bench.Rounds;
import io.turnmill.bench.Table;
import io.turnmill.bench.WaysToReply;
import io.turnmill.bench.WaysToReply.Rung;
import io.turnmill.bench.Workload;
import io.turnmill.job.JobTimes.Mark;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What Spark and the job cost: the same replies by the bare engine, as the {@code Ladder} has them
 * computed, and by the whole job in local mode, with equal slots, tokens in a pass, threads and
 * lengths of replies. Prefixes are not reused, so that either computes every token.
 *
 * <pre>
 * submit/local.sh bench job qwen2-0.5b --sessions 350
 * submit/local.sh bench job samples/models/chat-mini --sessions 10000 --rounds 3
 * </pre>
 */
@Command(
    name = "bench job",
    description = "The same replies by the bare engine and by the whole job: tokens per second.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class JobBench implements Callable<Integer> {
  private static final Path WORK = JobForTests.ROOT.resolve("job/target/bench");

  @Mixin private DecoderModel model;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "350",
      description = "Sessions, each of which gets a reply (${DEFAULT-VALUE}).")
  private int sessions;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Tokens of every reply (${DEFAULT-VALUE}).")
  private int maxTokens;

  @Mixin private EngineOptions limits;

  @Mixin private ComputeOptions compute;

  @Mixin private final Rounds rounds = new Rounds(1);

  public static void main(String[] args) {
    Bench.main(new JobBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    Path folder = model.folder(JobForTests.ROOT, WORK);
    if (model.isShape()) {
      takeTokenizerOfSamples(folder);
    }
    WaysToReply ways = new WaysToReply(ModelFolder.open(folder), compute, limits);
    OpenSessions open = OpenSessions.evenly(sessions);
    Path archive = WORK.resolve("open-sessions.jsonl");
    open.write(archive);
    Workload workload = open.workload(folder, maxTokens);
    System.out.printf(
        Locale.ROOT,
        "%n%s: %,d replies, %,d tokens%n%n",
        model.name(),
        sessions,
        workload.tokens());
    Table.head("", "seconds", "tokens/s", "of the bare engine");
    for (int round = 0; round < rounds.count(); round++) {
      double bare = ways.engine(Rung.CONTINUOUS, workload).seconds();
      print("bare engine", bare, workload, bare);
      JsonNode manifest = runJob(folder, archive, WaysToReply.slotTokens(workload));
      JsonNode engine = manifest.path("engine");
      checkSameWork(manifest, workload);
      double inference = seconds(engine, "prefill", "decode", "host", "idle");
      print("the job: inference", inference, workload, bare);
      print("the job: whole", JobTimes.between(Mark.BEGUN, Mark.ENDED), workload, bare);
      printParts(inference, engine);
    }
    return 0;
  }

  /** So that real text has real ids. */
  private static void takeTokenizerOfSamples(Path folder) throws IOException {
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(
          Path.of(JobForTests.MODEL, file),
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private JsonNode runJob(Path folder, Path archive, int maxModelLen) {
    JobForTests job =
        JobForTests.alone(WORK.resolve("job-output"), folder.toString(), JobTimes.Loader::new);
    String[] settings = {
      "sampling.max_tokens=" + maxTokens,
      "sampling.ignore_eos=true",
      "engine.enable_prefix_caching=false",
      "engine.max_model_len=" + maxModelLen,
      "engine.max_num_seqs=" + limits.maxNumSeqs(),
      "engine.max_num_batched_tokens=" + limits.maxNumBatchedTokens(),
      "model.device=" + compute.device(),
      "model.dtype=" + compute.precision().name().toLowerCase(Locale.ROOT),
      "spark.extraListeners=" + JobTimes.Listener.class.getName()
    };
    JobTimes.mark(Mark.BEGUN);
    ExitCode code =
        job.run(
            Stream.concat(
                    Stream.of("--input", archive.toString(), "--overwrite", "--restart"),
                    Stream.of(settings).flatMap(setting -> Stream.of("--set", setting)))
                .toArray(String[]::new));
    JobTimes.mark(Mark.ENDED);
    if (code != ExitCode.OK) {
      throw new IllegalStateException("the job ended with " + code + ": " + job.err());
    }
    return job.manifest();
  }

  private void checkSameWork(JsonNode manifest, Workload workload) {
    JsonNode engine = manifest.path("engine");
    long tokens =
        engine.path("prompt_tokens").asLong()
            - engine.path("cached_tokens").asLong()
            + engine.path("generated_tokens").asLong();
    if (tokens != workload.tokens() || manifest.path("books").path("ok").asInt() != sessions) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "the job computed %d tokens, not %d", tokens, workload.tokens()));
    }
  }

  private static void print(String what, double seconds, Workload workload, double bare) {
    Table.row(
        what,
        Table.number(seconds, 1),
        Table.number(workload.tokens() / seconds, 0),
        Table.number(bare / seconds, 3));
  }

  /** Where the time of the job went. */
  private static void printParts(double inference, JsonNode engine) {
    System.out.printf(
        Locale.ROOT,
        "%nstart %.1f s, staging %.1f s, model %.1f s, inference %.1f s (%.1f s in forward passes,"
            + " %.2f s between them, %.2f s without work; Spark's tasks computed for %.1f s), end %.1f"
            + " s%n%n",
        JobTimes.between(Mark.BEGUN, Mark.SPARK_STARTED),
        JobTimes.between(Mark.SPARK_STARTED, Mark.LOADING),
        JobTimes.between(Mark.LOADING, Mark.LOADED),
        inference,
        seconds(engine, "prefill", "decode"),
        seconds(engine, "host"),
        seconds(engine, "idle"),
        JobTimes.taskSeconds(),
        JobTimes.between(Mark.LOADED, Mark.ENDED) - inference);
  }

  private static double seconds(JsonNode engine, String... phases) {
    return Stream.of(phases)
        .mapToDouble(phase -> engine.required(phase + "_seconds").asDouble())
        .sum();
  }
}
