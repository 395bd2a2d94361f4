package io.turnmill.document.parse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How values go through the pipes between a JVM and its processes that parse. */
final class Wire {
  /** Beyond it a length is garbage: no text is that long. */
  private static final int MAX_LENGTH = 1 << 30;

  private Wire() {}

  /** Writes one value. */
  @FunctionalInterface
  interface ValueWriter<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  /** Reads one value. */
  @FunctionalInterface
  interface ValueReader<T> {
    T read(DataInputStream in) throws IOException;
  }

  static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String read(DataInputStream in) throws IOException {
    int length = length(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("A text ends early.");
    }
    return new String(bytes, UTF_8);
  }

  static <T> void writeOptional(DataOutputStream out, Optional<T> value, ValueWriter<T> writer)
      throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  static <T> Optional<T> readOptional(DataInputStream in, ValueReader<T> reader)
      throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }

  static <T> void writeList(DataOutputStream out, List<T> values, ValueWriter<T> writer)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writer.write(out, value);
    }
  }

  static <T> List<T> readList(DataInputStream in, ValueReader<T> reader) throws IOException {
    int size = length(in);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      values.add(reader.read(in));
    }
    return values;
  }

  static void writeContent(DataOutputStream out, ParseReply.ReplyContent content)
      throws IOException {
    if (content instanceof ParseReply.DocumentReply document) {
      out.writeBoolean(true);
      writeText(out, document.text());
      writeMetadata(out, document.metadata());
    } else if (content instanceof ParseReply.RefusalReply refusal) {
      out.writeBoolean(false);
      writeRefusal(out, refusal);
    }
  }

  static ParseReply.ReplyContent readContent(DataInputStream in) throws IOException {
    return in.readBoolean()
        ? new ParseReply.DocumentReply(readText(in), readMetadata(in))
        : readRefusal(in);
  }

  static void writePart(DataOutputStream out, ParseReply.DocumentPart part) throws IOException {
    write(out, part.suffix());
    write(out, part.name());
    if (part.content() instanceof ParseReply.PartFile unpacked) {
      out.writeBoolean(true);
      write(out, unpacked.file().toString());
    } else if (part.content() instanceof ParseReply.RefusedPart refused) {
      out.writeBoolean(false);
      writeRefusal(out, refused.refusal());
    }
  }

  static ParseReply.DocumentPart readPart(DataInputStream in) throws IOException {
    return new ParseReply.DocumentPart(
        read(in),
        read(in),
        in.readBoolean()
            ? new ParseReply.PartFile(Path.of(read(in)))
            : new ParseReply.RefusedPart(readRefusal(in)));
  }

  private static void writeRefusal(DataOutputStream out, ParseReply.RefusalReply refusal)
      throws IOException {
    write(out, refusal.code().name());
    write(out, refusal.detail());
  }

  private static ParseReply.RefusalReply readRefusal(DataInputStream in) throws IOException {
    return new ParseReply.RefusalReply(checked(in, ParseRefusal::valueOf), read(in));
  }

  private static void writeText(DataOutputStream out, DocumentText text) throws IOException {
    write(out, text.text());
    writeList(
        out,
        text.headings(),
        (o, heading) -> {
          writeSpan(o, heading.span());
          o.writeInt(heading.level());
        });
    writeList(out, text.pages(), DataOutputStream::writeInt);
    writeList(out, text.tables(), Wire::writeSpan);
  }

  private static DocumentText readText(DataInputStream in) throws IOException {
    return new DocumentText(
        read(in),
        readList(in, i -> new Heading(readSpan(i), i.readInt())),
        readList(in, DataInputStream::readInt),
        readList(in, Wire::readSpan),
        List.of());
  }

  private static void writeSpan(DataOutputStream out, Span span) throws IOException {
    out.writeInt(span.from());
    out.writeInt(span.to());
  }

  private static Span readSpan(DataInputStream in) throws IOException {
    return new Span(in.readInt(), in.readInt());
  }

  private static void writeMetadata(DataOutputStream out, DocumentMetadata metadata)
      throws IOException {
    write(out, metadata.contentType());
    writeOptional(out, metadata.title(), Wire::write);
    writeOptional(out, metadata.author(), Wire::write);
    writeList(out, metadata.recipients(), Wire::write);
    writeOptional(out, metadata.created().map(Instant::toString), Wire::write);
    writeOptional(out, metadata.modified().map(Instant::toString), Wire::write);
    writeOptional(out, metadata.language(), Wire::write);
  }

  private static DocumentMetadata readMetadata(DataInputStream in) throws IOException {
    return new DocumentMetadata(
        read(in),
        readOptional(in, Wire::read),
        readOptional(in, Wire::read),
        readList(in, Wire::read),
        readOptional(in, i -> checked(i, Instant::parse)),
        readOptional(in, i -> checked(i, Instant::parse)),
        readOptional(in, Wire::read));
  }

  private static <T> T checked(DataInputStream in, Function<String, T> parse) throws IOException {
    try {
      return parse.apply(read(in));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("A value that is none of its kind.", e);
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new IOException("A length of " + length + ".");
    }
    return length;
  }
}
