package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. White space around tags goes as {@code trim_blocks} and {@code
 * lstrip_blocks} have it: the line break behind a block or comment, and the blanks before one that
 * begins its line; {@code -} takes all white space on its side, {@code +} keeps it.
 */
final class Lexer {
  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%([-+]?)\\s*raw\\s*(-%}\\s*|%})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RAW_END =
      Pattern.compile(
          "\\{%([-+]?)\\s*endraw\\s*(\\+%}|-%}\\s*|%}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);

  private final String source;
  private final int[] lineStarts;
  private final List<Token> tokens = new ArrayList<>();

  private Lexer(String source) {
    this.source = source;
    this.lineStarts = lineStarts(source);
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private static int[] lineStarts(String source) {
    return java.util.stream.IntStream.concat(
            java.util.stream.IntStream.of(0),
            java.util.stream.IntStream.range(0, source.length())
                .filter(i -> source.charAt(i) == '\n')
                .map(i -> i + 1))
        .toArray();
  }

  private SourcePosition place(int at) {
    int line = java.util.Arrays.binarySearch(lineStarts, at);
    int index = line >= 0 ? line : -line - 2;
    return new SourcePosition(index + 1, at - lineStarts[index] + 1);
  }

  private void add(Token.TokenType kind, String text, int at) {
    tokens.add(new Token(kind, text, null, place(at)));
  }

  private void run() {
    int at = 0;
    while (at < source.length()) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(at, source.length());
        break;
      }
      at = tag(at, tag);
    }
    add(Token.TokenType.END, "", source.length());
  }

  /** Where the next of <code>{{ {% {#</code> begins, -1 for nowhere. */
  private int nextTag(int from) {
    for (int at = source.indexOf('{', from); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  private void data(int from, int to) {
    if (from < to) {
      add(Token.TokenType.DATA, source.substring(from, to), from);
    }
  }

  /** The text before the tag, then the tag; returns where the text behind it begins. */
  private int tag(int from, int tag) {
    char kind = source.charAt(tag + 1);
    Matcher raw = RAW_BEGIN.matcher(source).region(tag, source.length());
    boolean isRaw = kind == '%' && raw.lookingAt();
    char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    data(from, textEnd(from, tag, sign, kind != '{'));
    if (isRaw) {
      return raw(raw.end());
    }
    int inside = tag + (sign == '-' || sign == '+' ? 3 : 2);
    if (kind == '#') {
      return comment(tag, inside);
    }
    add(kind == '{' ? Token.TokenType.PRINT_BEGIN : Token.TokenType.BLOCK_BEGIN, "", tag);
    return new TagLexer(source, this::place, tokens, kind == '{').run(tag, inside);
  }

  /** Where the text before a tag ends, once white space is stripped. */
  private int textEnd(int from, int tag, char sign, boolean block) {
    if (sign == '-') {
      int end = tag;
      while (end > from && Characters.isSpace(source.charAt(end - 1))) {
        end--;
      }
      return end;
    }
    if (sign == '+' || !block) {
      return tag;
    }
    int lineStart = Math.max(from, source.lastIndexOf('\n', tag - 1) + 1);
    boolean startsLine = lineStart == 0 || source.charAt(lineStart - 1) == '\n';
    for (int i = lineStart; i < tag; i++) {
      startsLine &= Characters.isSpace(source.charAt(i));
    }
    return startsLine ? lineStart : tag;
  }

  private int comment(int tag, int inside) {
    int end = source.indexOf("#}", inside);
    if (end < 0) {
      throw new TemplateException("a comment does not end", place(tag));
    }
    char sign = end > inside ? source.charAt(end - 1) : ' ';
    return behind(source, end + 2, sign, true);
  }

  private int raw(int from) {
    Matcher end = RAW_END.matcher(source).region(from, source.length());
    if (!end.find()) {
      throw new TemplateException("a raw block does not end", place(from));
    }
    char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
    data(from, textEnd(from, end.start(), sign, true));
    return end.end();
  }

  /** Where the text behind a tag begins: after the white space that its sign takes. */
  static int behind(String source, int end, char sign, boolean block) {
    int at = end;
    if (sign == '-') {
      while (at < source.length() && Characters.isSpace(source.charAt(at))) {
        at++;
      }
    } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    return at;
  }
}
