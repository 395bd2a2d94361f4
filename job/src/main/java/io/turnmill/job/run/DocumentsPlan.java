package io.turnmill.job.run;

import io.turnmill.job.read.DocumentFiles;
import io.turnmill.job.read.DocumentFiles.DocumentFile;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.TerminalText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a plan says of documents: their files, of which none is parsed. */
final class DocumentsPlan {
  private static final int KINDS_SHOWN = 6;
  private static final String OTHERS = "others";

  private DocumentsPlan() {}

  /** Labels and values. */
  static Map<String, String> rows(DocumentFiles documents) {
    Map<String, String> rows = new LinkedHashMap<>();
    List<DocumentFile> files = documents.files();
    rows.put("document files", HumanFormat.count(files.size()));
    if (!files.isEmpty()) {
      rows.put("  by kind", kinds(files));
      long bytes = files.stream().mapToLong(DocumentFile::length).sum();
      rows.put("  bytes", HumanFormat.count(bytes));
      long largest = files.stream().mapToLong(DocumentFile::length).max().orElse(0);
      rows.put("  largest", HumanFormat.count(largest));
    }
    documents
        .tables()
        .ifPresent(tables -> rows.put("document tables", HumanFormat.count(tables.fileCount())));
    return rows;
  }

  /** How many files have which ending, the commonest ones first. */
  private static String kinds(List<DocumentFile> files) {
    Map<String, Long> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(kind(file.shownName()), 1L, Long::sum));
    List<Map.Entry<String, Long>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(
        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()));
    List<String> shown = new ArrayList<>();
    long others = 0;
    for (Map.Entry<String, Long> kind : sorted) {
      if (shown.size() < KINDS_SHOWN) {
        shown.add(HumanFormat.count(kind.getValue()) + " " + kind.getKey());
      } else {
        others += kind.getValue();
      }
    }
    if (others > 0) {
      shown.add(HumanFormat.count(others) + " " + OTHERS);
    }
    return String.join(", ", shown);
  }

  private static String kind(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    return dot <= 0
        ? "without an ending"
        : TerminalText.line(last.substring(dot).toLowerCase(Locale.ROOT));
  }
}
