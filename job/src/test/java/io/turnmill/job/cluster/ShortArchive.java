package io.turnmill.job.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Archives of one short question a session. */
final class ShortArchive {
  private ShortArchive() {}

  /** Whole sessions in files of about one size, {@code archive0.jsonl} and so on. */
  static void writeSessions(Path folder, int sessions, int files) throws IOException {
    List<String> lines =
        lines(sessions, "{\"session_id\":\"s%d\",\"messages\":[{%s}]}%n").lines().toList();
    for (int file = 0; file < files; file++) {
      int first = sessions * file / files;
      int end = sessions * (file + 1) / files;
      Files.write(folder.resolve("archive" + file + ".jsonl"), lines.subList(first, end));
    }
  }

  /** The same as single messages, one a line. */
  static String messages(int sessions) {
    return lines(sessions, "{\"session_id\":\"s%d\",%s}%n");
  }

  private static String lines(int sessions, String line) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < sessions; i++) {
      String message =
          String.format(
              Locale.ROOT,
              "\"role\":\"user\",\"content\":\"I would like a table for %d at %d o'clock.\"",
              2 + i % 7,
              i);
      lines.append(line.formatted(i, message));
    }
    return lines.toString();
  }
}
