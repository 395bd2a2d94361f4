package io.turnmill.document.parse;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnmill.document.DocumentText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Text and Markdown files. Their text is exactly what stands in the file, without a byte order
 * mark, so that places in it are places in the file.
 */
public final class PlainText {
  private static final Set<String> MARKDOWN = Set.of("md", "markdown");
  private static final Set<String> SUFFIXES = Set.of("txt", "text", "md", "markdown");

  /** What other types begin with, which are text as well. */
  private static final List<String> OTHERS =
      List.of("<!doctype", "<html", "<?xml", "{\\rtf", "%pdf-");

  private PlainText() {}

  /** The part of a file's name after its last dot, in lower case. */
  public static String suffix(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The document of a text file. */
  public static ParseReply document(String text, String name, int maxTextChars) {
    if (text.length() > maxTextChars) {
      return tooLong(maxTextChars);
    }
    if (text.isBlank()) {
      return ParseReply.refused(ParseRefusal.EMPTY, "The file has no text.");
    }
    return MARKDOWN.contains(suffix(name))
        ? ParseReply.of(MarkdownStructure.of(text), DocumentMetadata.of("text/markdown"))
        : ParseReply.of(DocumentText.of(text), DocumentMetadata.of("text/plain"));
  }

  /** Why there is no document of a text that is too long. */
  public static ParseReply tooLong(int maxTextChars) {
    return ParseReply.refused(
        ParseRefusal.TEXT_TOO_LONG, "The text has more than " + maxTextChars + " characters.");
  }

  /**
   * The text, if it is in Unicode: with a byte order mark, or valid UTF-8. Of UTF-32 there are no
   * files worth the name.
   */
  public static Optional<String> decode(byte[] bytes) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return decode(bytes, 3, UTF_8);
    }
    if (startsWith(bytes, 0xFF, 0xFE)) {
      return decode(bytes, 2, UTF_16LE);
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return decode(bytes, 2, UTF_16BE);
    }
    return decode(bytes, 0, UTF_8);
  }

  /** Whether a file is text by its name, and nothing else by its content. */
  static Optional<String> textOf(byte[] bytes, String name) {
    if (!SUFFIXES.contains(suffix(name))) {
      return Optional.empty();
    }
    return decode(bytes).filter(PlainText::isText);
  }

  private static boolean isText(String text) {
    String start = text.substring(0, Math.min(100, text.length())).stripLeading();
    String lower = start.toLowerCase(Locale.ROOT);
    return OTHERS.stream().noneMatch(lower::startsWith)
        && text.chars().noneMatch(c -> c < ' ' && "\t\n\r\f\u000b\u001b".indexOf(c) < 0);
  }

  private static Optional<String> decode(byte[] bytes, int from, Charset charset) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, from, bytes.length - from);
      return Optional.of(charset.newDecoder().decode(buffer).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
