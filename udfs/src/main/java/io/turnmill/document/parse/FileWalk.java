package io.turnmill.document.parse;

import io.turnmill.document.parse.ParseReply.DocumentPart;
import io.turnmill.document.parse.ParseReply.PartFile;
import io.turnmill.document.parse.ParseReply.RefusedPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Goes through one file and what lies within it, depth first. */
final class FileWalk implements ParsedFile {
  /** A text file up to this size is read here; it costs less than a way to a process and back. */
  private static final int SMALL_BYTES = 1 << 20;

  private final ParseLimits limits;
  private final ParserPool pool;
  private final Path folder;
  private final Deque<PendingFile> pending = new ArrayDeque<>();
  private int partsLeft;
  private long bytesLeft;

  /** Makes of a file what it becomes. */
  @FunctionalInterface
  private interface ParseStep {
    ParseReply run() throws IOException, InterruptedException;
  }

  /** A file, or a part of one, which is still to be parsed. */
  private record PendingFile(String id, String name, int depth, ParseStep step) {}

  /**
   * A walk that begins.
   *
   * @param folder a folder of its own, which need not be there yet
   */
  FileWalk(
      ParseLimits limits,
      ParserPool pool,
      Path folder,
      String id,
      String name,
      DocumentSource source) {
    this.limits = limits;
    this.pool = pool;
    this.folder = folder;
    this.partsLeft = limits.maxParts();
    this.bytesLeft = limits.maxUnpackedBytes();
    pending.push(new PendingFile(id, name, 0, () -> parse(name, source)));
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty();
  }

  @Override
  public ParseResult next() throws InterruptedException {
    while (hasNext()) {
      PendingFile file = pending.pop();
      ParseReply reply = limited(run(file), file.depth());
      pushParts(file, reply.parts());
      if (reply.content().isPresent()) {
        return result(file, reply.content().get());
      }
    }
    throw new NoSuchElementException("The file has no more documents.");
  }

  private ParseReply run(PendingFile file) throws InterruptedException {
    try {
      return file.step().run();
    } catch (IOException e) {
      if (Thread.interrupted()) {
        // Channels tell of an interrupted thread in their own way.
        pending.clear();
        throw new InterruptedException("Interrupted while a file was read.");
      }
      return ParseReply.refused(
          ParseRefusal.UNREADABLE_FILE,
          "It could not be read: " + e.getClass().getSimpleName() + ".");
    } catch (InterruptedException e) {
      pending.clear();
      throw e;
    }
  }

  private ParseReply parse(String name, DocumentSource source)
      throws IOException, InterruptedException {
    try (InputStream in = source.open()) {
      byte[] start = in.readNBytes(SMALL_BYTES);
      if (start.length == 0) {
        return ParseReply.refused(ParseRefusal.EMPTY, "The file has 0 bytes.");
      }
      if (start.length < SMALL_BYTES && start.length <= limits.maxFileBytes()) {
        Optional<String> text = PlainText.textOf(start, name);
        if (text.isPresent()) {
          return PlainText.document(text.get(), name, limits.maxTextChars());
        }
      }
      Path file = Files.createDirectories(folder).resolve("file");
      return copied(start, in, file)
          ? parse(name, file)
          : ParseReply.refused(
              ParseRefusal.FILE_TOO_LARGE, "It has more than " + limits.maxFileBytes() + " bytes.");
    }
  }

  private boolean copied(byte[] start, InputStream rest, Path file) throws IOException {
    long bytes = start.length;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(start);
      byte[] buffer = new byte[1 << 16];
      for (int n = rest.read(buffer);
          n >= 0 && bytes <= limits.maxFileBytes();
          n = rest.read(buffer)) {
        out.write(buffer, 0, n);
        bytes += n;
      }
    }
    return bytes <= limits.maxFileBytes();
  }

  private ParseReply parse(String name, Path file) throws IOException, InterruptedException {
    Path parts = Files.createTempDirectory(folder, "parts");
    ParseReply reply =
        pool.parse(
            new ParseRequest(
                file,
                name,
                parts,
                limits.maxTextChars(),
                limits.maxFileBytes(),
                partsLeft,
                bytesLeft));
    Files.deleteIfExists(file);
    partsLeft -= reply.parts().size();
    for (DocumentPart part : reply.parts()) {
      bytesLeft -= part.content() instanceof PartFile unpacked ? Files.size(unpacked.file()) : 0;
    }
    if (reply.parts().isEmpty()) {
      TemporaryFolder.delete(parts);
    }
    return reply;
  }

  /** An archive that lies too deep is refused; a mail is not, but its attachments are. */
  private ParseReply limited(ParseReply reply, int depth) {
    if (depth < limits.maxDepth() || reply.parts().isEmpty()) {
      return reply;
    }
    ParseReply.RefusalReply refusal =
        new ParseReply.RefusalReply(
            ParseRefusal.NESTED_TOO_DEEP,
            "It lies in more than " + limits.maxDepth() + " archives or mails.");
    if (reply.content().isEmpty()) {
      return ParseReply.refused(
          ParseRefusal.NESTED_TOO_DEEP,
          "What it holds would lie in more than " + limits.maxDepth() + " archives or mails.");
    }
    return new ParseReply(
        reply.content(),
        reply.parts().stream()
            .map(part -> new DocumentPart(part.suffix(), part.name(), new RefusedPart(refusal)))
            .toList());
  }

  private void pushParts(PendingFile file, List<DocumentPart> parts) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      DocumentPart part = parts.get(i);
      pending.push(
          new PendingFile(file.id() + part.suffix(), part.name(), file.depth() + 1, step(part)));
    }
  }

  private ParseStep step(DocumentPart part) {
    if (part.content() instanceof RefusedPart refused) {
      return () -> new ParseReply(Optional.of(refused.refusal()), List.of());
    }
    Path file = ((PartFile) part.content()).file();
    return () -> parse(part.name(), file);
  }

  private static ParseResult result(PendingFile file, ParseReply.ReplyContent content) {
    if (content instanceof ParseReply.RefusalReply refusal) {
      return new RefusedDocument(file.id(), file.name(), refusal.code(), refusal.detail());
    }
    ParseReply.DocumentReply document = (ParseReply.DocumentReply) content;
    return new ParsedDocument(file.id(), file.name(), document.text(), document.metadata());
  }

  @Override
  public void close() {
    pending.clear();
    TemporaryFolder.delete(folder);
  }
}
