package io.turnmill.job.read;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Reads the records of one split. If the file cannot be read further, because it is damaged or
 * missing, the last record says so. If a store fails or refuses, the read is tried again, unless
 * that would not help, and ends with an {@link UnreadableFileException}.
 */
final class SplitRecords implements Iterator<DecodedRecord>, Closeable {
  private final Split split;
  private final Configuration conf;
  private final int maxRecordBytes;
  private final Set<String> columns;
  private final Retry retry;
  private Optional<RecordSource> source = Optional.empty();
  private Optional<DecodedRecord> ready = Optional.empty();
  private boolean ended;

  /**
   * Makes a reader that opens the file at the first record.
   *
   * @param columns the columns that matter, for formats that can leave out others
   * @param retry how to retry what the store cannot do at the moment
   */
  SplitRecords(
      Split split, Configuration conf, int maxRecordBytes, Set<String> columns, Retry retry) {
    this.split = split;
    this.conf = conf;
    this.maxRecordBytes = maxRecordBytes;
    this.columns = columns;
    this.retry = retry;
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

  /** Whether a record represents the rest of a file, which cannot be read. */
  static boolean isUnreadable(DecodedRecord record) {
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

  // A damaged file causes many kinds of exceptions, and a schema nested without end causes a stack
  // overflow. None of them may affect other files.
  private Optional<DecodedRecord> read() {
    try {
      if (source.isEmpty()) {
        source = Optional.of(open());
      }
      return source.get().next();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      Optional<StoreException> store = StoreException.in(e);
      Optional<String> lost = store.isEmpty() ? Optional.of(damage(e)) : store.get().fileIsLost();
      if (lost.isPresent()) {
        return Optional.of(new Broken(place(), RejectionCode.UNREADABLE_FILE, lost.get()));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new UncheckedIOException(store.get());
      }
      if (store.get().isDenied()) {
        throw UnreadableFileException.denied(split.shownName());
      }
      throw UnreadableFileException.store(split.shownName(), said(store.get()));
    }
  }

  private Place place() {
    return source
        .map(RecordSource::place)
        .orElseGet(
            () ->
                new Place(split.shownName(), OptionalLong.empty(), OptionalLong.of(split.start())));
  }

  /** Describes damage by the kind of the exception only, because its message may quote the file. */
  private String damage(Throwable e) {
    Fault fault = Fault.of(Step.READ, e);
    if (fault.isBug()) {
      FaultLog.here().show(fault);
    }
    if (e instanceof DamagedInputException) {
      return e.getMessage();
    }
    if (e instanceof UnknownFormatException) {
      return "its format" + e.getMessage();
    }
    String kind = e.getClass().getSimpleName();
    // Some decompressors use numbers from the data as indices into tables.
    return split.compression() != InputCompression.NONE
        ? "its " + split.compression() + " data are damaged or cut short (" + kind + ")"
        : "it is not readable as " + split.format() + " (" + kind + ")";
  }

  /** The first line of the store's message, which cannot hold content of the file. */
  private static String said(IOException e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return FileSystems.shown(first.replaceAll("\\.$", ""));
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
              split.compression() == InputCompression.NONE
                  ? split.start() + split.length()
                  : Long.MAX_VALUE,
              maxRecordBytes);
      case JSON_ELEMENTS -> new JsonElements(split.shownName(), text(opener, 0), maxRecordBytes);
      case CSV -> new CsvRecords(split.shownName(), lines(opener), ',', maxRecordBytes);
      case TSV -> new CsvRecords(split.shownName(), lines(opener), '\t', maxRecordBytes);
      case PARQUET -> ParquetRecords.open(split, conf, columns, retry);
      case JSON, UNKNOWN ->
          throw new IllegalStateException("The format is not told yet. This is a bug.");
    };
  }

  /**
   * Opens a file whose format is not known, which is one split. Its first bytes are read only once.
   */
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

  /** Reads from the first line that begins in the split. */
  private ByteLines lines(Opener opener) throws IOException {
    if (split.start() == 0) {
      return new ByteLines(text(opener, 0), 0, maxRecordBytes);
    }
    long before = split.start() - 1;
    ByteLines lines = new ByteLines(text(opener, before), before, maxRecordBytes);
    try {
      lines.advance();
      return lines;
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  private static InputStream text(Opener opener, long start) throws IOException {
    return new ZeroBlocks(opener.at(start), start);
  }

  /** Opens the file at a byte, which is 0 in a compressed file. */
  private InputStream stream(long start) throws IOException {
    InputStream in = stored(start);
    try {
      return start == 0 ? split.compression().open(in, conf) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private InputStream stored(long start) {
    Path path = new Path(split.uri());
    StoreInput in =
        new StoreInput(
            split.shownName(),
            () -> {
              FSDataInputStream opened = FileSystems.forReading(path, conf).open(path);
              return new StoreInput.Opened(opened, opened::seek);
            },
            new Presence(path, conf),
            split.start() + split.length(),
            retry);
    in.seek(start);
    return in;
  }

  @Override
  public void close() {
    try {
      if (source.isPresent()) {
        source.get().close();
      }
    } catch (IOException e) {
      // an error of close() does not matter after the records were read
    }
  }
}
