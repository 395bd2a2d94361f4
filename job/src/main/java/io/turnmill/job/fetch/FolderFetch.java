package io.turnmill.job.fetch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one folder, or what is missing of it.
 *
 * <p>Who checks what: HDFS checks its own checksums while it reads, and an object store's client
 * checks the length of each answer. That all answers are of one state of each file is checked here,
 * by size and tag or time, at the start of every stream and once at the end. That the disk holds
 * what was received is checked here too: every piece is read back, after an interruption as well as
 * at the end. The tags of object stores are no checksums that can be compared in general (they are
 * for small uploads only), so what a store itself has lost or garbled is not found here, unless it
 * lies where the fingerprint looks.
 */
final class Fetch {
  static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

  /** What a complete entry says of itself. */
  static final String RECORD = "fetched.json";

  static final String JOURNAL = ".journal";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelSource source;
  private final Path folder;
  private final Means means;
  private final PieceFiles files;
  private final List<Piece> pieces;

  /**
   * @param folder where it goes; what an earlier fetch of the same source left there is used
   */
  Fetch(ModelSource source, Path folder, Means means) {
    this.source = source;
    this.folder = folder;
    this.means = means;
    this.files = new PieceFiles(folder, source.files());
    this.pieces = Piece.of(source.files(), means.pieceBytes());
  }

  /** Bytes that need not be fetched, as the journal has it. */
  long bytesThere() throws IOException {
    return bytes(Journal.read(folder.resolve(JOURNAL), pieces, means.pieceBytes()).keySet());
  }

  /** Makes the files in full length, so that everybody can see how large the folder will be. */
  void reserve() throws IOException {
    Files.createDirectories(folder);
    files.reserve();
  }

  /**
   * Fetches what is missing, checks everything, and writes the record. The folder then is complete.
   *
   * @throws SetupException when the source changed, or cannot be read
   */
  void run(Configuration conf) throws IOException {
    Path path = folder.resolve(JOURNAL);
    Map<Piece, Integer> good = good(Journal.read(path, pieces, means.pieceBytes()));
    List<Piece> missing = pieces.stream().filter(piece -> !good.containsKey(piece)).toList();
    LOG.info(
        "Fetching {}: {} bytes in {} files, {} bytes of them are here already.",
        source.shown(),
        source.sizeBytes(),
        source.files().size(),
        bytes(good.keySet()));
    long start = means.clock().millis();
    Map<Piece, Integer> checksums;
    try (OpenSource open = OpenSource.open(source, conf);
        Journal journal = Journal.start(path, means.pieceBytes(), good)) {
      fetch(missing, open, journal);
      for (SourceFile file : source.files()) {
        open.check(file);
      }
      checksums = journal.checksums();
    }
    readBack(checksums);
    writeRecord(checksums);
    LOG.info("Fetched {} in {} ms.", source.shown(), means.clock().millis() - start);
  }

  /** Those pieces of a journal that are on the disk as it says. */
  private Map<Piece, Integer> good(Map<Piece, Integer> journal) throws IOException {
    Map<Piece, Integer> good = new HashMap<>();
    for (Map.Entry<Piece, Integer> entry : journal.entrySet()) {
      if (files.checksum(entry.getKey()) == entry.getValue()) {
        good.put(entry.getKey(), entry.getValue());
      }
    }
    return good;
  }

  private void fetch(List<Piece> missing, OpenSource open, Journal journal) throws IOException {
    Tenths tenths = new Tenths(missing.stream().mapToLong(Piece::bytes).sum());
    try (Crew crew = new Crew(means.threads())) {
      crew.each(
          missing,
          piece -> {
            SourceFile file = source.files().get(piece.file());
            try (SourceStream stream = new SourceStream(open, file, means.sleeper())) {
              journal.add(piece, files.fetch(piece, stream));
            }
            tenths.add(piece.bytes());
          });
    }
  }

  private void readBack(Map<Piece, Integer> checksums) throws IOException {
    try (Crew crew = new Crew(means.threads())) {
      crew.each(
          pieces,
          piece -> {
            Integer written = checksums.get(piece);
            if (written == null || files.checksum(piece) != written) {
              throw new SetupException(
                  "%s: the disk gives back other bytes of %s than were written. Use another disk:"
                          .formatted(folder, source.files().get(piece.file()).path())
                      + " model.cache_path.");
            }
          });
    }
  }

  private void writeRecord(Map<Piece, Integer> checksums) throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < source.files().size(); i++) {
      SourceFile file = source.files().get(i);
      int number = i;
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("path", file.path());
      one.put("bytes", file.sizeBytes());
      one.put("modified_millis", file.modifiedMillis());
      one.put("etag", file.etag());
      one.put(
          "piece_crc32c",
          pieces.stream()
              .filter(piece -> piece.file() == number)
              .map(piece -> Journal.hex(checksums.get(piece)))
              .toList());
      all.add(one);
    }
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("source", source.shown());
    record.put("fetched_at", means.clock().instant().toString());
    record.put("piece_bytes", means.pieceBytes());
    record.put("files", all);
    JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(RECORD).toFile(), record);
  }

  private static long bytes(Iterable<Piece> pieces) {
    long bytes = 0;
    for (Piece piece : pieces) {
      bytes += piece.bytes();
    }
    return bytes;
  }

  /** Says in the log how far a fetch has come, at most ten times. */
  private final class Tenths {
    private final AtomicLong done = new AtomicLong();
    private final long all;

    Tenths(long all) {
      this.all = all;
    }

    void add(long bytes) {
      long after = done.addAndGet(bytes);
      if (after * 10 / all != (after - bytes) * 10 / all && after < all) {
        LOG.info("Fetching {}: {} %", source.shown(), after * 100 / all);
      }
    }
  }
}
