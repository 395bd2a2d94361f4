package io.turnmill.job.topics;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model calls a topic.
 *
 * @param name short; empty only if the model wrote nothing
 * @param summary what the topic is about; may be empty
 */
public record TopicName(String name, String summary) {
  private static final int MOST_CHARS = 80;

  private static final Pattern NAME = field("name", "[^\\n]*");
  private static final Pattern SUMMARY = field("summary", ".*");

  /** A field as models write it: perhaps as a list item, in bold, with a wide colon. */
  private static Pattern field(String name, String value) {
    return Pattern.compile(
        "^[\\s*#>-]*" + name + "[*_]*[ \\t]*[:：][*_]*[ \\t]*(" + value + ")",
        Pattern.CASE_INSENSITIVE | Pattern.MULTILINE | Pattern.DOTALL);
  }

  /**
   * Reads what a model wrote. Where it does not keep to the form, its first line is the name and
   * the rest the summary.
   */
  public static TopicName of(String text) {
    Optional<String> name = found(NAME, text);
    Optional<String> summary = found(SUMMARY, text);
    if (name.isPresent()) {
      return new TopicName(shortened(name.get()), summary.orElse(""));
    }
    String[] lines = text.strip().split("\\R", 2);
    String rest = lines.length > 1 ? lines[1].strip() : "";
    return new TopicName(shortened(lines[0]), summary.orElse(rest));
  }

  private static Optional<String> found(Pattern field, String text) {
    Matcher matcher = field.matcher(text);
    return matcher.find()
        ? Optional.of(matcher.group(1).strip()).filter(value -> !value.isEmpty())
        : Optional.empty();
  }

  /** Without marks around it, and cut at a code point. */
  private static String shortened(String name) {
    String bare = name.strip().replaceAll("^[\\s*_#\"'“”「-]+|[\\s*_\"'“”」.。]+$", "");
    return bare.codePointCount(0, bare.length()) <= MOST_CHARS
        ? bare
        : bare.substring(0, bare.offsetByCodePoints(0, MOST_CHARS - 1)).strip() + "…";
  }

  /** Counts only: names are made of texts of sessions. */
  @Override
  public String toString() {
    return "TopicName[chars=" + name.length() + ", summary=" + summary.length() + "]";
  }
}
