package io.turnmill.job.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the command line writes.
 *
 * @param out results that somebody asked for
 * @param err progress, problems and everything else
 * @param interactive whether a person is watching, so that lines may be rewritten
 * @param colour whether colours may be used
 * @param columns width in columns
 */
public record Terminal(
    PrintStream out, PrintStream err, boolean interactive, boolean colour, int columns) {
  private static final int DEFAULT_COLUMNS = 100;

  /** Neither interactive nor coloured: a file, a pipe, a test. */
  public static Terminal plain(PrintStream out, PrintStream err) {
    return new Terminal(out, err, false, false, 80);
  }

  /** Standard output and error in UTF-8, whatever the locale: archives hold every script. */
  public static Terminal of(Map<String, String> environment, boolean interactive) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    boolean colour =
        interactive
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    String columns = environment.getOrDefault("COLUMNS", "");
    boolean sensible = columns.matches("[1-9][0-9]{1,3}");
    int width = sensible ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    return new Terminal(out, err, interactive, colour, width);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  public Terminal withColour(boolean wanted) {
    return new Terminal(out, err, interactive, wanted, columns);
  }

  public Terminal withColumns(int wanted) {
    return new Terminal(out, err, interactive, colour, wanted);
  }

  /** The text in a style, or as it is where there are no colours. */
  public String paint(Style style, String text) {
    return colour && !text.isEmpty() ? "\u001B[" + style.code + "m" + text + "\u001B[0m" : text;
  }

  /** Styles that can be read on dark and on light ground. */
  public enum Style {
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    BLUE("34"),
    MODEL("1;36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }
}
