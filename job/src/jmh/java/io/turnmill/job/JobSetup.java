package io.turnmill.job;

import io.turnmill.bench.ComputeOptions;
import io.turnmill.bench.EngineOptions;
import io.turnmill.bench.RandomEncoder;
import io.turnmill.bench.RandomModel;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the bare engine and the job have in common in a {@link JobBench}.
 *
 * @param model the folder
 */
record JobSetup(Path model, ComputeOptions compute, EngineOptions limits) {
  /** Where models of a shape and everything that the job reads and writes are kept. */
  static final Path WORK = JobForTests.ROOT.resolve("job/target/bench");

  /** A decoder: a folder, or the name of a shape, with the tokenizer of the samples. */
  static JobSetup decoder(String name, ComputeOptions compute, EngineOptions limits)
      throws IOException {
    Path folder = RandomModel.folder(name, JobForTests.ROOT, WORK);
    if (RandomModel.isShape(name)) {
      takeTokenizerOfSamples(folder);
    }
    return new JobSetup(folder, compute, limits);
  }

  /** An encoder: a folder, or the name of a shape. */
  static JobSetup encoder(String name, ComputeOptions compute, EngineOptions limits)
      throws IOException {
    return new JobSetup(RandomEncoder.folder(name, JobForTests.ROOT, WORK), compute, limits);
  }

  /** So that real text has real ids. */
  private static void takeTokenizerOfSamples(Path folder) throws IOException {
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(
          Path.of(JobForTests.MODEL, file),
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Writes sessions as an archive for the job. */
  static Path archive(BenchSessions sessions) throws IOException {
    Path archive = WORK.resolve("sessions.jsonl");
    sessions.write(archive);
    return archive;
  }

  /**
   * Runs the whole job over an archive, in this JVM.
   *
   * @param passTokens most tokens of a pass
   * @param settings of the task, each as {@code key=value}
   */
  JobRun run(Path archive, int passTokens, List<String> settings) {
    return run(List.of("--input", archive.toString()), passTokens, settings);
  }

  /**
   * Runs the whole job, in this JVM.
   *
   * @param input the options that name it
   * @param passTokens as above
   * @param settings as above
   */
  JobRun run(List<String> input, int passTokens, List<String> settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "engine.max_num_seqs=" + limits.maxNumSeqs(),
                "engine.max_num_batched_tokens=" + passTokens,
                "model.device=" + compute.device(),
                "model.dtype=" + compute.precision().name().toLowerCase(Locale.ROOT)));
    all.addAll(settings);
    return JobRun.of(model, input, WORK.resolve("job-output"), all);
  }
}
