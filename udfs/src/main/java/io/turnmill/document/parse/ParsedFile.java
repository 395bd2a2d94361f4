package io.turnmill.document.parse;

/** The documents of one file, for one thread. {@link #close} removes what was unpacked. */
public interface ParsedFile extends AutoCloseable {

  /** Whether there is another one. */
  boolean hasNext();

  /**
   * Parses the next one.
   *
   * @throws InterruptedException if the thread is interrupted while the file is parsed; there is no
   *     other one then
   * @throws ParserStartException if no process that parses can be started
   */
  ParseResult next() throws InterruptedException;

  @Override
  void close();
}
