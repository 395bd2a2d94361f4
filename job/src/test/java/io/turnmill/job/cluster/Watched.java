package io.turnmill.job.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process whose output goes to a file and is waited for line by line. */
final class Watched implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final Thread reader;
  private final StringBuilder output = new StringBuilder();
  private boolean ended;

  private Watched(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.reader = new Thread(this::read, "output of " + log.getFileName());
  }

  /**
   * Starts it.
   *
   * @param log a new file for its output and errors
   */
  static Watched start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(SparkHome.ROOT.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    Watched watched = new Watched(builder.start(), log);
    watched.process.getOutputStream().close();
    watched.reader.setDaemon(true);
    watched.reader.start();
    return watched;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Writer file = Files.newBufferedWriter(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        file.write(line + "\n");
        file.flush();
        synchronized (output) {
          output.append(line).append('\n');
          output.notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (output) {
        ended = true;
        output.notifyAll();
      }
    }
  }

  /**
   * Waits until the output holds a pattern.
   *
   * @return the first group
   * @throws TimeoutException with the output when it does not come, or the process ends without it
   */
  String await(Pattern pattern, int seconds) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (output) {
      while (true) {
        Matcher matcher = pattern.matcher(output);
        if (matcher.find()) {
          return matcher.group(1);
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (ended || left <= 0) {
          throw new TimeoutException("No " + pattern + " in the output of " + log + ":\n" + output);
        }
        output.wait(left);
      }
    }
  }

  /** Waits for its end and gives its exit code. */
  int exitCode(int seconds) throws InterruptedException, TimeoutException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new TimeoutException(log + " has not ended:\n" + output());
    }
    reader.join(10_000);
    return process.exitValue();
  }

  /** Waits for its end, or for so long; whether it has ended. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** What it has written until now. */
  String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it, and every process that it has started, at once. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
  }
}
