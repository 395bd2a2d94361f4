package io.turnmill.job.read;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * One part of a glob, between two slashes. What begins with {@code _} or {@code .} is matched by
 * the same character alone, not by {@code *} and the like: what is hidden in a folder is hidden
 * from a glob.
 *
 * @param text as it was given
 * @param filter by Hadoop's rules; nothing where it breaks them
 * @param problem which rule it breaks
 */
record GlobPart(String text, Optional<GlobFilter> filter, String problem) {
  /** Stands in for the first character of a name, and in no pattern. */
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

  /** Whether a folder has to be listed to know what it stands for. */
  boolean hasPattern() {
    return filter.isEmpty() || filter.get().hasPattern();
  }

  /** The text without the backslashes before what they escape. */
  String unescaped() {
    return text.replaceAll("(?s)\\\\(.)", "$1");
  }

  /** What has this very name; what the pattern matches only if there is nothing of the name. */
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
   * Called when there is nothing that it stands for.
   *
   * @throws IOException when it is not a pattern either
   */
  void checkRules() throws IOException {
    if (filter.isEmpty()) {
      throw new IOException(
          "there is nothing of the name " + text + ", and as a glob it is wrong: " + problem);
    }
  }
}
