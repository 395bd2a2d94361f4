package io.turnmill.job.read;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The records of one split. If the file cannot be read further, the last record says so, and those
 * before it stand.
 */
final class SplitRecords implements Iterator<DecodedRecord>, Closeable {
  private final Split split;
  private final Configuration conf;
  private final int maxRecordBytes;
  private final Set<String> columns;
  private Optional<RecordSource> source = Optional.empty();
  private Optional<DecodedRecord> ready = Optional.empty();
  private boolean ended;

  /**
   * Opens nothing yet.
   *
   * @param columns names that matter, for formats that can leave out others
   */
  SplitRecords(Split split, Configuration conf, int maxRecordBytes, Set<String> columns) {
    this.split = split;
    this.conf = conf;
    this.maxRecordBytes = maxRecordBytes;
    this.columns = columns;
  }

  @Override
  public boolean hasNext() {
    if (ready.isEmpty() && !ended) {
      ready = read();
      ended = ready.isEmpty() || isUnreadable(ready.get());
      if (ended) {
        close();
      }
    }
    return ready.isPresent();
  }

  private static boolean isUnreadable(DecodedRecord record) {
    return record instanceof Broken broken && broken.code() == RejectionCode.UNREADABLE_FILE;
  }

  @Override
  public DecodedRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    DecodedRecord record = ready.orElseThrow();
    ready = Optional.empty();
    return record;
  }

  // A damaged file shows itself in many kinds of exceptions, and none may take other files along;
  // a schema that nests without end, in a stack overflow.
  private Optional<DecodedRecord> read() {
    try {
      if (source.isEmpty()) {
        source = Optional.of(open());
      }
      return source.get().next();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      Fault fault = Fault.of(Step.READ, e);
      if (fault.isBug()) {
        FaultLog.here().show(fault);
      }
      Place place =
          source
              .map(RecordSource::place)
              .orElseGet(
                  () ->
                      new Place(
                          split.shownName(), OptionalLong.empty(), OptionalLong.of(split.start())));
      // the message may quote the file, so only its kind is told
      String detail =
          e instanceof UnknownFormatException
              ? "its format" + e.getMessage()
              : "not readable as " + split.format() + ": " + e.getClass().getSimpleName();
      return Optional.of(new Broken(place, RejectionCode.UNREADABLE_FILE, detail));
    }
  }

  private RecordSource open() throws IOException {
    return split.format().isTold() ? open(split.format(), this::stream) : openByFirstBytes();
  }

  /** Opens the file at a byte, decompressed. */
  private interface Opener {
    InputStream at(long start) throws IOException;
  }

  private RecordSource open(FileFormat format, Opener opener) throws IOException {
    return switch (format) {
      case JSON_LINES ->
          new JsonLines(
              split.shownName(),
              lines(opener),
              split.compression() == Compression.NONE
                  ? split.start() + split.length()
                  : Long.MAX_VALUE,
              maxRecordBytes);
      case JSON_ELEMENTS -> new JsonElements(split.shownName(), opener.at(0), maxRecordBytes);
      case CSV -> new CsvRecords(split.shownName(), lines(opener), ',', maxRecordBytes);
      case TSV -> new CsvRecords(split.shownName(), lines(opener), '\t', maxRecordBytes);
      case PARQUET -> ParquetRecords.open(split, conf, columns);
      case JSON, UNKNOWN ->
          throw new IllegalStateException("The format is not told yet. This is a bug.");
    };
  }

  /** Such a file is one split. Its first bytes are read once. */
  private RecordSource openByFirstBytes() throws IOException {
    InputStream in = stream(0);
    boolean isKept = false;
    try {
      FormatFinder.FirstBytes first = FormatFinder.firstBytes(in);
      FileFormat format = FormatFinder.find(split.format(), first.bytes());
      InputStream all = first.then(in);
      RecordSource opened = open(format, start -> all);
      isKept = format != FileFormat.PARQUET;
      return opened;
    } finally {
      if (!isKept) {
        in.close();
      }
    }
  }

  /** From the first line that begins in the split. */
  private ByteLines lines(Opener opener) throws IOException {
    if (split.start() == 0) {
      return new ByteLines(opener.at(0), 0, maxRecordBytes);
    }
    long before = split.start() - 1;
    ByteLines lines = new ByteLines(opener.at(before), before, maxRecordBytes);
    lines.advance();
    return lines;
  }

  private InputStream stream(long start) throws IOException {
    Path path = new Path(split.uri());
    FSDataInputStream in = path.getFileSystem(conf).open(path);
    try {
      in.seek(start);
      return split.compression().open(in, conf);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      if (source.isPresent()) {
        source.get().close();
      }
    } catch (IOException e) {
      // what was read is read; a stream that does not close is no loss
    }
  }
}
