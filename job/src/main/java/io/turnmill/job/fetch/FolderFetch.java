package io.turnmill.job.fetch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Parallel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one folder, or its missing files. A file has its full length from the start and is filled
 * in ranges, under a temporary name; it gets its own name when all of it is on the disk.
 *
 * <p>HDFS checks its own checksums while it reads, and an object store's client checks the length
 * of each answer. This class checks that all answers are of the same state of each file, by size
 * and by tag or time, at the start of every stream and once at the end. In general the tags of
 * object stores are not checksums (only those of small uploads are), so bytes that a store or the
 * disk has damaged are not found here, unless the fingerprint covers them.
 */
final class FolderFetch {
  static final Logger LOG = LoggerFactory.getLogger(FolderFetch.class);

  /** The file that describes a complete entry. */
  static final String RECORD = "fetched.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelSource source;
  private final Path folder;
  private final FetchEnvironment environment;
  private final List<SourceFile> missing;
  private final AtomicLong fetchedBytes = new AtomicLong();

  /**
   * A part of a file.
   *
   * @param left how many of the file's ranges are still to be fetched
   */
  private record Range(SourceFile file, long from, long to, AtomicInteger left) {}

  /**
   * @param folder the target; files that an earlier fetch of the same source left there are kept
   */
  FolderFetch(ModelSource source, Path folder, FetchEnvironment environment) throws IOException {
    this.source = source;
    this.folder = folder;
    this.environment = environment;
    this.missing = missing(source, folder);
  }

  /** The files of a source that a folder does not have in full length. */
  static List<SourceFile> missing(ModelSource source, Path folder) throws IOException {
    List<SourceFile> missing = new ArrayList<>();
    for (SourceFile file : source.files()) {
      Path local = folder.resolve(file.path());
      if (!Files.isRegularFile(local, LinkOption.NOFOLLOW_LINKS)
          || Files.size(local) != file.sizeBytes()) {
        missing.add(file);
      }
    }
    return missing;
  }

  long missingBytes() {
    return missing.stream().mapToLong(SourceFile::sizeBytes).sum();
  }

  /**
   * Fetches the missing files, and writes the record. Then the folder is complete.
   *
   * @throws SetupException when the source changed or cannot be read, or the disk cannot be written
   */
  void run(Configuration conf) throws IOException {
    LOG.info(
        "Fetching {}: {} bytes in {} files, of which {} bytes are still to be fetched.",
        source.shown(),
        source.sizeBytes(),
        source.files().size(),
        missingBytes());
    long start = environment.clock().millis();
    List<Range> ranges = new ArrayList<>();
    for (SourceFile file : missing) {
      ranges.addAll(reserve(file));
    }
    try (OpenSource open = OpenSource.open(source, conf);
        Parallel threads = new Parallel(environment.threads())) {
      threads.map(ranges, range -> fetched(range, open));
      for (SourceFile file : source.files()) {
        open.check(file);
      }
    }
    writeRecord();
    LOG.info("Fetched {} in {} ms.", source.shown(), environment.clock().millis() - start);
  }

  /**
   * Makes a file of full length, so that the cache's limit counts it; unwritten parts take no disk.
   */
  private List<Range> reserve(SourceFile file) throws IOException {
    Path path = temporary(file);
    Files.createDirectories(path.getParent());
    try (RandomAccessFile made = new RandomAccessFile(path.toFile(), "rw")) {
      made.setLength(file.sizeBytes());
    } catch (IOException e) {
      throw notWritten(e);
    }
    AtomicInteger left = new AtomicInteger();
    List<Range> ranges = new ArrayList<>();
    long from = 0;
    do {
      long to = Math.min(from + environment.rangeBytes(), file.sizeBytes());
      ranges.add(new Range(file, from, to, left));
      from = to;
    } while (from < file.sizeBytes());
    left.set(ranges.size());
    return ranges;
  }

  private long fetched(Range range, OpenSource open) throws IOException {
    Path path = temporary(range.file());
    try (SourceStream stream = new SourceStream(open, range.file(), environment.sleeper());
        RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
      stream.copy(range.from(), range.to(), out);
      out.getFD().sync();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw notWritten(e);
    }
    if (range.left().decrementAndGet() == 0) {
      Files.move(path, folder.resolve(range.file().path()), StandardCopyOption.ATOMIC_MOVE);
    }
    return logProgress(range.to() - range.from());
  }

  private Path temporary(SourceFile file) {
    return folder.resolve(file.path() + ".part");
  }

  /** Logs how far a fetch has come, at most ten times. */
  private long logProgress(long bytes) {
    long after = fetchedBytes.addAndGet(bytes);
    long all = missingBytes();
    if (after < all && after * 10 / all != (after - bytes) * 10 / all) {
      LOG.info("Fetching {}: {} %", source.shown(), after * 100 / all);
    }
    return after;
  }

  private SetupException notWritten(IOException e) {
    return new SetupException(
        "%s: cannot be written: %s. It lies below model.cache_path."
            .formatted(folder, ModelSource.firstLine(e)),
        e);
  }

  private void writeRecord() throws IOException {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("source", source.shown());
    record.put("fetched_at", environment.clock().instant().toString());
    record.put("files", source.files());
    JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(RECORD).toFile(), record);
  }
}
