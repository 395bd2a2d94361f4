package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.SparkJobsForTests;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.executor.ModelLoaderFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line in this JVM, on the sample model's folder, and what it wrote. */
public final class JobForTests extends OutputForTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  public static final String MODEL = ROOT.resolve("samples/models/chat-mini").toString();

  private final String address;
  private final String model;
  private final CommandForTests command;

  /**
   * @param output the output folder of all runs
   * @param loaders what loads the model
   */
  public JobForTests(Path output, ModelLoaderFactory loaders) {
    this(output, MODEL, loaders);
  }

  /**
   * @param model its folder
   */
  public JobForTests(Path output, String model, ModelLoaderFactory loaders) {
    this(output, output.toString(), model, loaders);
  }

  private JobForTests(Path output, String address, String model, ModelLoaderFactory loaders) {
    this(output, address, model, new SharedSparkJobs(SparkJobsForTests.with(loaders)));
  }

  private JobForTests(Path output, String address, String model, JobRunner jobs) {
    super(output);
    this.address = address;
    this.model = model;
    this.command = new CommandForTests(jobs);
  }

  /**
   * A job that writes by another file system.
   *
   * @param address of the output folder there
   */
  public static JobForTests by(String address, Path output, ModelLoaderFactory loaders) {
    return new JobForTests(output, address, MODEL, loaders);
  }

  /**
   * A job that starts a Spark session for each command and stops it, as a process would.
   *
   * @param model its folder
   */
  public static JobForTests alone(Path output, String model, ModelLoaderFactory loaders) {
    return new JobForTests(output, output.toString(), model, SparkJobsForTests.with(loaders));
  }

  /** The command {@code run} with short replies. */
  public ExitCode run(String... arguments) {
    return command(commandLine(arguments).toArray(String[]::new));
  }

  /** What {@link #run} gives the command line, for a process of its own. */
  public List<String> commandLine(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("run", "--model", model, "--output", address, "--progress=none"));
    all.addAll(List.of("--set", "sampling.max_tokens=12"));
    all.addAll(List.of(arguments));
    return all;
  }

  /** Any command. */
  public ExitCode command(String... arguments) {
    return command.run(arguments);
  }

  public String out() {
    return command.out();
  }

  public String err() {
    return command.err();
  }

  /** A line of an archive: a session of one user turn. */
  public static String session(String id, String text) {
    try {
      return JSON.writeValueAsString(
              Map.of(
                  "session_id", id, "messages", List.of(Map.of("role", "user", "content", text))))
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
