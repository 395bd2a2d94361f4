package io.turnmill.job.read;

import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Parallel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads the first bytes of some files whose names do not tell their format, before a run, if that
 * is worth a request: of large files, which are cut into pieces if they are JSON lines or Parquet,
 * and of files that may have any format, so that a wrong path ends a run at once. If there are more
 * than a thousand of the latter, it reads one for each folder and ending. The task that reads a
 * file looks at the first bytes of all others ({@link SplitRecords}).
 */
final class FormatSample {
  private static final int MOST = 1024;

  private final Configuration conf;
  private final Parallel parallel;
  private final Consumer<String> problems;

  /**
   * @param problems takes a sentence for each file that cannot be used
   */
  FormatSample(Configuration conf, Parallel parallel, Consumer<String> problems) {
    this.conf = conf;
    this.parallel = parallel;
    this.problems = problems;
  }

  /** The same files, with the formats that were found. */
  List<InputFile> tell(Collection<InputFile> files) {
    Map<String, InputFile> told = new HashMap<>();
    try {
      for (Looked looked : parallel.map(sample(files), this::look)) {
        told.put(looked.file().uri(), looked.file());
        looked.problem().ifPresent(problems);
      }
    } catch (IOException e) {
      problems.accept(String.valueOf(e.getMessage()));
    }
    return files.stream().map(file -> told.getOrDefault(file.uri(), file)).toList();
  }

  private static List<InputFile> sample(Collection<InputFile> files) {
    List<InputFile> sample = new ArrayList<>(large(files));
    List<InputFile> unknown =
        files.stream()
            .filter(file -> file.format() == FileFormat.UNKNOWN && !mayBeCut(file))
            .toList();
    if (unknown.size() > MOST) {
      Map<String, InputFile> kinds = new LinkedHashMap<>();
      unknown.forEach(file -> kinds.putIfAbsent(kind(file.uri()), file));
      unknown = everyNth(List.copyOf(kinds.values()));
    }
    sample.addAll(unknown);
    return sample;
  }

  /** The files that are larger than any task should read, and the largest of the others. */
  private static List<InputFile> large(Collection<InputFile> files) {
    List<InputFile> large =
        files.stream()
            .filter(FormatSample::mayBeCut)
            .sorted(Comparator.comparingLong(InputFile::length).reversed())
            .toList();
    long must = large.stream().filter(file -> file.length() > Splits.MAX_BYTES).count();
    return large.subList(0, (int) Math.min(large.size(), Math.max(must, MOST)));
  }

  private static boolean mayBeCut(InputFile file) {
    return !file.format().isTold()
        && file.compression() == InputCompression.NONE
        && file.length() > Splits.OPEN_BYTES;
  }

  private static List<InputFile> everyNth(List<InputFile> files) {
    int step = (files.size() + MOST - 1) / MOST;
    List<InputFile> some = new ArrayList<>();
    for (int i = 0; i < files.size(); i += step) {
      some.add(files.get(i));
    }
    return some;
  }

  /** The folder of a file and the ending of its name. */
  private static String kind(String uri) {
    int name = uri.lastIndexOf('/') + 1;
    int dot = uri.indexOf('.', name);
    return uri.substring(0, name) + (dot < 0 ? "" : uri.substring(dot));
  }

  private record Looked(InputFile file, Optional<String> problem) {}

  private Looked look(InputFile file) throws IOException {
    try {
      FileFormat format = FormatFinder.find(file.format(), firstBytes(file));
      return new Looked(file.withFormat(format), Optional.empty());
    } catch (UnknownFormatException e) {
      return new Looked(
          file,
          Optional.of(
              "the format of "
                  + file.shownName()
                  + e.getMessage()
                  + "; name the files by a glob, or set input.format"));
    } catch (IOException | RuntimeException e) {
      // What is wrong with the file is reported when it is read.
      return new Looked(file, Optional.empty());
    }
  }

  private byte[] firstBytes(InputFile file) throws IOException {
    Path path = new Path(file.uri());
    try (InputStream raw = FileSystems.forReading(path, conf).open(path);
        InputStream in = file.compression().open(raw, conf)) {
      return FormatFinder.firstBytes(in).bytes();
    }
  }
}
