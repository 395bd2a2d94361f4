package io.turnmill.document.parse;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that parses one file after another: requests go into its standard input and replies come
 * out of its standard output. It ends when its input does, so it outlives nobody. For one thread at
 * a time.
 */
final class ParserProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);

  /** How long one is waited for that was killed; it is gone at once unless the machine hangs. */
  private static final Duration KILL = Duration.ofSeconds(10);

  /** What of the environment a JVM may need; nothing else, no credentials above all. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL");

  /** The exit code of {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private final Process process;
  private final Path folder;
  private final DataOutputStream requests;
  private final int heapMegabytes;

  /** Replies as they come; an empty one says that the process has ended. */
  private final BlockingQueue<Optional<ParseReply>> replies = new ArrayBlockingQueue<>(2);

  /** Whether it has ended or is being ended. */
  private boolean ended;

  /** What is run. */
  record Command(String classPath, String main) {
    private static final String MAIN = "io.turnmill.document.parse.tika.ParserMain";

    Command(String classPath) {
      this(classPath, MAIN);
    }
  }

  private ParserProcess(Process process, Path folder, int heapMegabytes) {
    this.process = process;
    this.folder = folder;
    this.heapMegabytes = heapMegabytes;
    this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    Thread reader = new Thread(this::readReplies, "turnmill-parser-replies");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one.
   *
   * @param folder where it works, and all of it; the folder around it is removed as well when this
   *     JVM ends without a word
   * @throws ParserStartException if it does not start
   */
  static ParserProcess start(Command run, Path folder, ParseLimits limits)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(folder, limits));
    command.addAll(List.of("-cp", run.classPath(), run.main(), folder.getParent().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.redirectError(ProcessBuilder.Redirect.to(new File(folder.toFile(), "stderr.txt")));
    try {
      ParserProcess process = new ParserProcess(builder.start(), folder, limits.heapMegabytes());
      process.awaitStart();
      return process;
    } catch (IOException e) {
      throw new ParserStartException("The process that parses files cannot be started.", e);
    }
  }

  private static List<String> flags(Path folder, ParseLimits limits) {
    return List.of(
        "-Xmx" + limits.heapMegabytes() + "m",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
        "-Xshare:auto",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=" + folder,
        "-Dfile.encoding=UTF-8",
        "-Duser.timezone=UTC",
        "-Duser.language=en",
        "-Duser.country=US");
  }

  private void awaitStart() throws InterruptedException {
    if (poll(START).isEmpty()) {
      String end = end();
      close();
      throw new ParserStartException(
          "The process that parses files did not start" + end + ". Is there memory for it?");
    }
  }

  /**
   * Has one file parsed. The process may have ended after it: {@link #isAlive}.
   *
   * @throws InterruptedException if the thread is interrupted; the process is ended then
   */
  ParseReply parse(ParseRequest request, Duration timeout) throws InterruptedException {
    try {
      request.write(requests);
    } catch (IOException e) {
      // It has ended, or is ending: that comes out of its replies.
      process.destroyForcibly();
    }
    return poll(timeout)
        .orElseGet(
            () ->
                !ended
                    ? late(timeout)
                    : ParseReply.refused(
                        ParseRefusal.PARSER_DIED,
                        "The process that parsed it ended" + end() + "."));
  }

  private ParseReply late(Duration timeout) {
    close();
    return ParseReply.refused(
        ParseRefusal.PARSE_TIMEOUT, "It took longer than " + timeout.toMillis() + " ms.");
  }

  /** Takes the next reply; there is none where the process is late or has ended. */
  private Optional<ParseReply> poll(Duration timeout) throws InterruptedException {
    try {
      Optional<ParseReply> reply = replies.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      ended = reply != null && reply.isEmpty();
      return ended || reply == null ? Optional.empty() : reply;
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  /** How it ended. */
  private String end() {
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      return "";
    }
    return process.exitValue() == OUT_OF_MEMORY
        ? ": out of memory, with a heap of " + heapMegabytes + " MB"
        : ", with exit code " + process.exitValue();
  }

  boolean isAlive() {
    return !ended && process.isAlive();
  }

  /** Ends it, and waits until it is gone, for it could still write into its folder. */
  @Override
  public void close() {
    ended = true;
    process
        .destroyForcibly()
        .onExit()
        .completeOnTimeout(process, KILL.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    TemporaryFolder.delete(folder);
  }

  private void readReplies() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      while (true) {
        replies.put(Optional.of(ParseReply.read(in)));
      }
    } catch (IOException | RuntimeException e) {
      replies.offer(Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
