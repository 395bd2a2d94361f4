package io.turnmill.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Long texts for benches, made of the messages of {@link BenchSessions}; no two of them alike. */
record BenchDocument(String text) {
  /** Characters of a page. */
  static final int PAGE = 2_800;

  /** A document of about the wanted number of pages. */
  static BenchDocument ofPages(int pages) {
    // A page has several sessions, so that the first document is a whole one.
    return ofSessions(20 * pages, pages).get(0);
  }

  /**
   * The messages of some sessions as documents.
   *
   * @param pages of each but the last one
   */
  static List<BenchDocument> ofSessions(int sessions, int pages) {
    List<BenchDocument> documents = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (String message : BenchSessions.whole(sessions).numbered().texts()) {
      text.append(message).append("\n\n");
      if (text.length() >= pages * PAGE) {
        documents.add(new BenchDocument(text.toString()));
        text.setLength(0);
      }
    }
    if (!text.isEmpty()) {
      documents.add(new BenchDocument(text.toString()));
    }
    return documents;
  }

  /** Writes documents as files into a folder that has nothing else. */
  static Path write(List<BenchDocument> documents, Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var old = Files.list(folder)) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
    for (int i = 0; i < documents.size(); i++) {
      Files.writeString(folder.resolve("document-" + i + ".txt"), documents.get(i).text());
    }
    return folder;
  }
}
