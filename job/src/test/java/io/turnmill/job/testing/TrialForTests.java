package io.turnmill.job.testing;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoaderFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An archive in a folder, the command {@code plan} over it, and what it prints. The archive has
 * fifteen sessions of each of three kinds, which differ in length or language, and a broken record.
 */
public final class TrialForTests {
  private static final int OF_EACH_KIND = 15;

  private final Path folder;
  private final Path archive;
  private final JobForTests job;

  /**
   * Writes the archive.
   *
   * @param folder an empty one
   * @param loaders what loads the model
   */
  public TrialForTests(Path folder, ModelLoaderFactory loaders) {
    this.folder = folder;
    this.archive = folder.resolve("in.jsonl");
    this.job = new JobForTests(folder.resolve("deep/out"), loaders);
    StringBuilder sessions = new StringBuilder();
    for (int i = 0; i < OF_EACH_KIND; i++) {
      sessions.append(JobForTests.session("short" + i, "Question " + i));
      sessions.append(JobForTests.session("long" + i, "some words ".repeat(25 + i) + i));
      sessions.append(JobForTests.session("chinese" + i, "你好，今天的天气怎么样？" + i));
    }
    write(sessions + "{broken\n");
  }

  /** Writes another archive in the place of that one. */
  public void write(String records) {
    try {
      Files.writeString(archive, records);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JobForTests job() {
    return job;
  }

  /** The command {@code plan} with the sample model. */
  public ExitCode plan(String... options) {
    return planWith(JobForTests.MODEL, options);
  }

  /**
   * The command {@code plan} with another model.
   *
   * @param model its folder
   */
  public ExitCode planWith(String model, String... options) {
    List<String> all = new ArrayList<>(List.of("plan", "--model", model, "--input=" + archive));
    all.addAll(List.of("--output=" + folder.resolve("deep/out"), "--set=sampling.max_tokens=12"));
    all.addAll(List.of(options));
    return job.command(all.toArray(String[]::new));
  }

  /** A run of the same archive. */
  public ExitCode run() {
    return job.run("--input=" + archive);
  }

  /** All files and folders that there are. */
  public List<String> there() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(
          files
              .map(file -> folder.relativize(file).toString())
              .collect(TreeSet::new, TreeSet::add, TreeSet::addAll));
    }
  }

  /** The ids of the sessions that were shown. */
  public List<String> shown() {
    return found("━━ session (\\S+)");
  }

  /** What stands after a label, in each of its lines. */
  public List<String> cells(String label) {
    return found("(?m)^  " + label + "  +(.*)$").stream()
        .map(cells -> cells.replaceAll(" +", " "))
        .toList();
  }

  private List<String> found(String pattern) {
    return Pattern.compile(pattern)
        .matcher(job.out())
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
