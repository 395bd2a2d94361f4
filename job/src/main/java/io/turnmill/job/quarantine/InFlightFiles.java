package io.turnmill.job.quarantine;

import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The notes of one bucket's attempts as files {@code ATTEMPT.N}: the sessions in flight, one hash a
 * line, and a last line that says that it is whole. A note takes the place of the one before it,
 * which is removed when the new one is there: at every moment one of them can be read, and no file
 * system needs to replace or to append.
 */
final class InFlightFiles {
  private static final String WHOLE = "end";

  private final FileSystem files;
  private final Path folder;

  InFlightFiles(FileSystem files, Path folder) {
    this.files = FileSystems.withoutChecksums(files);
    this.folder = folder;
  }

  void write(TaskAttempt attempt, int number, Collection<Long> sessions) throws IOException {
    StringBuilder lines = new StringBuilder();
    sessions.forEach(session -> lines.append(Long.toHexString(session)).append('\n'));
    lines.append(WHOLE).append('\n');
    try (FSDataOutputStream out = files.create(path(attempt, number), true)) {
      out.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  void remove(TaskAttempt attempt, int number) throws IOException {
    files.delete(path(attempt, number), false);
  }

  private Path path(TaskAttempt attempt, int number) {
    return new Path(folder, attempt.name() + "." + number);
  }

  /** The latest whole note of each attempt that has left one. */
  Map<TaskAttempt, Set<Long>> read() throws IOException {
    Map<TaskAttempt, TreeMap<Integer, Path>> numbered = new HashMap<>();
    for (FileStatus file : list()) {
      String[] parts = file.getPath().getName().split("\\.", -1);
      if (parts.length == 2 && parts[1].matches("\\d{1,9}")) {
        TaskAttempt.named(parts[0])
            .ifPresent(
                attempt ->
                    numbered
                        .computeIfAbsent(attempt, a -> new TreeMap<>())
                        .put(Integer.valueOf(parts[1]), file.getPath()));
      }
    }
    Map<TaskAttempt, Set<Long>> left = new HashMap<>();
    for (Map.Entry<TaskAttempt, TreeMap<Integer, Path>> notes : numbered.entrySet()) {
      for (Path note : notes.getValue().descendingMap().values()) {
        Optional<Set<Long>> sessions = read(note);
        if (sessions.isPresent()) {
          left.put(notes.getKey(), sessions.get());
          break;
        }
      }
    }
    return left;
  }

  private List<FileStatus> list() throws IOException {
    try {
      return List.of(files.listStatus(folder));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Nothing when it is gone, was not written to its end, or is damaged. */
  private Optional<Set<Long>> read(Path note) throws IOException {
    try (FSDataInputStream in = files.open(note)) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(WHOLE)) {
        return Optional.empty();
      }
      Set<Long> sessions = new HashSet<>();
      for (String line : lines.subList(0, lines.size() - 1)) {
        sessions.add(Long.parseUnsignedLong(line, 16));
      }
      return Optional.of(sessions);
    } catch (FileNotFoundException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
