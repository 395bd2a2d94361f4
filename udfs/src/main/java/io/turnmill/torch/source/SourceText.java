package io.turnmill.torch.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TorchScript text with places that are to be filled. The texts are files {@code NAME.torchscript}
 * beside this class; a place is {@code ${name}}:
 *
 * <pre>
 *   def norm(self: ${self}, x: Tensor):     inside a line: replaced by one line
 *       ${prepare}                          alone on a line: replaced by any number of lines, each
 *                                           indented like the place; by none where the part is empty
 * </pre>
 *
 * Parts may have places themselves, which are filled from the same table.
 */
final class SourceText {
  private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern LINE = Pattern.compile("( *)\\$\\{(\\w+)}");

  private SourceText() {}

  /** The text of a file, its places not filled. */
  static String read(String name) {
    try (InputStream file = SourceText.class.getResourceAsStream(name + ".torchscript")) {
      if (file == null) {
        throw new IllegalStateException("There is no source " + name + ". This is a bug.");
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("A file of the program cannot be read.", e);
    }
  }

  /** Several files, one after the other. */
  static String read(List<String> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append(read(name)));
    return text.toString();
  }

  /** {@code text} with all its places filled; every line ends. */
  static String fill(String text, Map<String, String> parts) {
    StringBuilder filled = new StringBuilder();
    text.lines().forEach(line -> fillLine(line, parts, filled));
    return filled.toString();
  }

  private static void fillLine(String line, Map<String, String> parts, StringBuilder filled) {
    Matcher alone = LINE.matcher(line);
    if (alone.matches()) {
      fill(part(alone.group(2), parts), parts)
          .lines()
          .forEach(
              inner -> filled.append(inner.isEmpty() ? "" : alone.group(1) + inner).append('\n'));
    } else {
      filled.append(PLACE.matcher(line).replaceAll(place -> inline(place, parts))).append('\n');
    }
  }

  private static String inline(MatchResult place, Map<String, String> parts) {
    String value = fill(part(place.group(1), parts), parts).stripTrailing();
    if (value.indexOf('\n') >= 0) {
      throw new IllegalStateException(
          "The part %s of a source has several lines. This is a bug.".formatted(place.group(1)));
    }
    return Matcher.quoteReplacement(value);
  }

  private static String part(String name, Map<String, String> parts) {
    String part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException(
          "A source has a place %s, for which there is no part. This is a bug.".formatted(name));
    }
    return part;
  }

  /** A float constant as TorchScript reads it. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%s", value);
    return value < 0 ? "(" + text + ")" : text;
  }

  static String number(int value) {
    return Integer.toString(value);
  }
}
