package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ParquetRows.RowsWith;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/**
 * The chunks of a document or a session, in order: they hold its text. A copy of another one's
 * result has none.
 */
record ShownChunks(List<ShownChunk> all) {
  private static final String CHUNKS = "chunks";

  ShownChunks {
    all = List.copyOf(all);
  }

  /**
   * The chunks of a row: in its own column, or in the same bucket of the table of chunks, which
   * lies beside that of the row.
   *
   * @param id of the document or session
   * @param scope what it is: {@code document} or {@code session}
   */
  static ShownChunks of(Group row, Path file, String scope, String id, Configuration conf)
      throws IOException {
    if (row.getType().containsField(CHUNKS)) {
      return new ShownChunks(
          GroupValues.structs(row, CHUNKS).stream().map(ShownChunk::of).toList());
    }
    Path bucket = file.getParent();
    List<ShownChunk> found = new ArrayList<>();
    if (bucket.getParent() != null && bucket.getParent().getParent() != null) {
      Path table = new Path(bucket.getParent().getParent(), CHUNKS);
      Path beside = new Path(table, bucket.getName());
      FileSystem files = beside.getFileSystem(conf);
      for (FileStatus of : files.exists(beside) ? files.listStatus(beside) : new FileStatus[0]) {
        add(of.getPath(), scope, id, GroupValues.text(row, "tenant"), conf, found);
      }
    }
    found.sort(Comparator.comparingInt(ShownChunk::number));
    return new ShownChunks(found);
  }

  private static void add(
      Path file,
      String scope,
      String id,
      Optional<String> tenant,
      Configuration conf,
      List<ShownChunk> found)
      throws IOException {
    if (!file.getName().endsWith(".parquet")) {
      return;
    }
    try (ParquetRows rows = ParquetRows.open(file, conf, Optional.of(new RowsWith("id", id)))) {
      for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
        if (GroupValues.text(row.get(), "scope").equals(Optional.of(scope))
            && GroupValues.text(row.get(), "tenant").equals(tenant)) {
          found.add(ShownChunk.of(row.get()));
        }
      }
    }
  }

  /** The chunk of a number. */
  Optional<ShownChunk> get(long number) {
    return all.stream().filter(chunk -> chunk.number() == number).findFirst();
  }

  /**
   * The chunk that says most exactly where a stretch of the text stands: the last one that holds
   * it.
   */
  Optional<ShownChunk> holding(int from, int to) {
    return all.stream().filter(chunk -> chunk.holds(from, to)).reduce((first, last) -> last);
  }

  /** How long the text is, in code points. */
  int length() {
    return all.isEmpty() ? 0 : all.get(all.size() - 1).end();
  }

  /**
   * A stretch of the text; less of it where chunks are missing.
   *
   * @param from in code points
   */
  String text(int from, int to) {
    StringBuilder text = new StringBuilder();
    int at = from;
    for (ShownChunk chunk : all) {
      if (chunk.start() <= at && at < chunk.end() && at < to) {
        int end = Math.min(to, chunk.end());
        String own = chunk.text();
        int begin = own.offsetByCodePoints(0, at - chunk.start());
        text.append(own, begin, own.offsetByCodePoints(begin, end - at));
        at = end;
      }
    }
    return text.toString();
  }
}
