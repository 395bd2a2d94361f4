package io.turnmill.document.parse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The processes that parse: started when they are needed, kept while they live. Thread-safe. */
final class ParserPool implements AutoCloseable {
  private final ParseLimits limits;
  private final Path folder;
  private final ParserProcess.Command command;
  private final Semaphore free;
  private final Queue<ParserProcess> idle = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  ParserPool(ParseLimits limits, Path folder, ParserProcess.Command command) {
    this.limits = limits;
    this.folder = folder;
    this.command = command;
    this.free = new Semaphore(limits.processes(), true);
  }

  /**
   * Has a file parsed by a process that is free, and waits for one. Where one that has parsed
   * before ends over it, another one tries again, for what the first one choked on may be left of
   * another file.
   */
  ParseReply parse(ParseRequest request) throws InterruptedException {
    free.acquire();
    try {
      ParserProcess used = idle.poll();
      if (used != null && used.isAlive()) {
        ParseReply reply = used.parse(request, limits.timeout());
        release(used);
        if (used.isAlive()) {
          return reply;
        }
      }
      ParserProcess fresh = start();
      ParseReply reply = fresh.parse(request, limits.timeout());
      release(fresh);
      return reply;
    } finally {
      free.release();
    }
  }

  private ParserProcess start() throws InterruptedException {
    if (closed.get()) {
      throw new IllegalStateException("The parser is closed. This is a bug.");
    }
    try {
      return ParserProcess.start(command, Files.createTempDirectory(folder, "process"), limits);
    } catch (IOException e) {
      throw new UncheckedIOException("There is no folder for temporary files.", e);
    }
  }

  private void release(ParserProcess process) {
    if (process.isAlive()) {
      idle.add(process);
    } else {
      process.close();
    }
    if (closed.get()) {
      endIdle();
    }
  }

  private void endIdle() {
    for (ParserProcess process = idle.poll(); process != null; process = idle.poll()) {
      process.close();
    }
  }

  @Override
  public void close() {
    closed.set(true);
    endIdle();
  }
}
