package io.turnmill.job.read;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * One part of a glob, between two slashes. A name that begins with {@code _} or {@code .} is
 * matched only by the same character, not by {@code *} or another pattern, because files that are
 * hidden in a folder are hidden from a glob, too.
 *
 * @param text as it was given
 * @param filter the filter by Hadoop's rules; empty if the text breaks them
 * @param problem which rule the text breaks
 */
record GlobPart(String text, Optional<GlobFilter> filter, String problem) {
  /** Replaces the first character of a name; it does not occur in a pattern. */
  private static final char ANY = '\uFFFF';

  private static final Pattern BEFORE_PROBLEM =
      Pattern.compile("^Illegal file pattern: (error parsing regexp: )?");

  static GlobPart of(String text) {
    try {
      return new GlobPart(text, Optional.of(new GlobFilter(text)), "");
    } catch (IOException e) {
      String problem = BEFORE_PROBLEM.matcher(String.valueOf(e.getMessage())).replaceFirst("");
      return new GlobPart(text, Optional.empty(), problem);
    }
  }

  /** Whether a folder has to be listed to find what this part matches. */
  boolean hasPattern() {
    return filter.isEmpty() || filter.get().hasPattern();
  }

  /** The text without the backslashes before what they escape. */
  String unescaped() {
    return text.replaceAll("(?s)\\\\(.)", "$1");
  }

  /** The files with exactly this name or, if there are none, those that the pattern matches. */
  List<FileStatus> in(List<FileStatus> folder) {
    List<FileStatus> named =
        folder.stream().filter(inside -> inside.getPath().getName().equals(text)).toList();
    return named.isEmpty()
        ? folder.stream().filter(inside -> accepts(inside.getPath().getName())).toList()
        : named;
  }

  private boolean accepts(String name) {
    return filter.isPresent()
        && filter.get().accept(new Path(null, null, name))
        && !(InputTree.isHidden(name)
            && filter.get().accept(new Path(null, null, ANY + name.substring(1))));
  }

  /**
   * Checks the pattern, after nothing was found that it matches.
   *
   * @throws IOException when it is not a valid pattern
   */
  void checkRules() throws IOException {
    if (filter.isEmpty()) {
      throw new IOException(
          "there is nothing of the name " + text + ", and as a glob it is wrong: " + problem);
    }
  }
}
