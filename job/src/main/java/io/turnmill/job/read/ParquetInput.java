package io.turnmill.job.read;

import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Lets Parquet read a file of any name through {@link StoreInput}. */
final class ParquetInput implements InputFile {
  private final InputFile file;
  private final Presence presence;
  private final String shownName;
  private final Retry retry;

  private ParquetInput(InputFile file, Presence presence, String shownName, Retry retry) {
    this.file = file;
    this.presence = presence;
    this.shownName = shownName;
    this.retry = retry;
  }

  /**
   * Asks the store for the length of a file.
   *
   * @throws StoreException when the file does not exist, or its store does not answer
   */
  static ParquetInput of(Split split, Configuration conf, Retry retry) throws StoreException {
    Path path = new Path(split.uri());
    try {
      InputFile file =
          retry.call(
              "reading " + split.shownName(), () -> StoreInput.checked(() -> open(path, conf)));
      return new ParquetInput(file, new Presence(path, conf), split.shownName(), retry);
    } catch (IOException e) {
      throw new StoreException(e);
    }
  }

  private static InputFile open(Path path, Configuration conf) throws IOException {
    return path.getName().indexOf(':') < 0
        ? HadoopInputFile.fromPath(path, conf)
        : Plain.of(FileSystems.forReading(path, conf), path);
  }

  @Override
  public long getLength() throws IOException {
    return file.getLength();
  }

  @Override
  public SeekableInputStream newStream() {
    StoreInput.Opener opener =
        () -> {
          SeekableInputStream in = file.newStream();
          return new StoreInput.Opened(in, in::seek);
        };
    return new Seekable(new StoreInput(shownName, opener, presence, 0, retry));
  }

  /**
   * Opens a file by {@link FileSystems#forReading}; Parquet itself would use another file system.
   */
  private record Plain(FileSystem files, Path path, long length) implements InputFile {
    static Plain of(FileSystem files, Path path) throws IOException {
      return new Plain(files, path, files.getFileStatus(path).getLen());
    }

    @Override
    public long getLength() {
      return length;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return HadoopStreams.wrap(files.open(path));
    }
  }

  private static final class Seekable extends DelegatingSeekableInputStream {
    private final StoreInput in;

    Seekable(StoreInput in) {
      super(in);
      this.in = in;
    }

    @Override
    public long getPos() {
      return in.position();
    }

    @Override
    public void seek(long position) {
      in.seek(position);
    }
  }
}
