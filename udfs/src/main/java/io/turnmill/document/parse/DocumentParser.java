package io.turnmill.document.parse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns files into documents. One serves a whole JVM: it is thread-safe, and keeps processes that
 * parse, which start when they are first needed and end when they hang, die or this one is closed.
 * A file never makes it throw, whatever is in it.
 *
 * <pre>{@code
 * try (DocumentParser parser = DocumentParser.start(ParseLimits.DEFAULT, temporaryFolder);
 *     ParsedFile file = parser.open("contracts/a.zip", "a.zip", () -> open(path))) {
 *   while (file.hasNext()) {
 *     ParseResult result = file.next(); // a ParsedDocument or a RefusedDocument
 *   }
 * }
 * }</pre>
 */
public final class DocumentParser implements AutoCloseable {
  private final ParseLimits limits;
  private final Path folder;
  private final ParserPool pool;
  private final AtomicLong files = new AtomicLong();

  private DocumentParser(ParseLimits limits, Path folder, ParserPool pool) {
    this.limits = limits;
    this.folder = folder;
    this.pool = pool;
  }

  /**
   * A parser. No process is started yet.
   *
   * @param temporary a folder in which it makes one of its own for files and for the parsers' jars
   *     (40 MB), which is removed in the end
   * @throws IOException if it cannot write there
   */
  public static DocumentParser start(ParseLimits limits, Path temporary) throws IOException {
    Path folder = Files.createTempDirectory(temporary, "turnmill-parser").toAbsolutePath();
    try {
      Path jars = Files.createDirectory(folder.resolve("jars"));
      return start(limits, folder, new ParserProcess.Command(ParserClassPath.in(jars)));
    } catch (IOException e) {
      TemporaryFolder.delete(folder);
      throw e;
    }
  }

  /** A parser whose processes run something else. */
  static DocumentParser start(ParseLimits limits, Path folder, ParserProcess.Command command) {
    return new DocumentParser(limits, folder, new ParserPool(limits, folder, command));
  }

  /** A parser that works in the JVM's folder for temporary files. */
  public static DocumentParser start(ParseLimits limits) throws IOException {
    return start(limits, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * Parses one file. Its documents come one after another as they are asked for, each exactly once
   * and at least one; an archive has no document of its own.
   *
   * @param id the id of the file's document, with which those of documents within it begin
   * @param name the file's name; its suffix tells Markdown from plain text, and is no more than a
   *     hint otherwise
   */
  public ParsedFile open(String id, String name, DocumentSource source) {
    Path own = folder.resolve("file" + files.incrementAndGet());
    return new FileWalk(limits, pool, own, id, name, source);
  }

  /** All documents of one file. */
  public List<ParseResult> parse(String id, String name, DocumentSource source)
      throws InterruptedException {
    List<ParseResult> results = new ArrayList<>();
    try (ParsedFile file = open(id, name, source)) {
      while (file.hasNext()) {
        results.add(file.next());
      }
    }
    return results;
  }

  /** Ends the processes and removes all temporary files. */
  @Override
  public void close() {
    pool.close();
    TemporaryFolder.delete(folder);
  }
}
