package io.turnmill.job.documents;

import io.turnmill.document.parse.DocumentParser;
import io.turnmill.document.parse.ParseResult;
import io.turnmill.document.parse.ParsedDocument;
import io.turnmill.document.parse.ParsedFile;
import io.turnmill.document.parse.RefusedDocument;
import io.turnmill.job.config.DocumentsConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DocumentFiles.DocumentFile;
import io.turnmill.job.rows.DocumentRows;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The function of one task: parses files, and returns a row for each document in them, or for what
 * did not become one.
 *
 * @param buckets over how many buckets documents are spread
 */
record ParseFiles(DocumentsConfig settings, HadoopConf hadoop, int buckets)
    implements FlatMapFunction<Iterator<DocumentFile>, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<DocumentFile> files) {
    DocumentParser parser = ExecutorParser.of(StageDocuments.limits(settings));
    Rows rows = new Rows(files, parser);
    TaskCompletionListener ends = context -> rows.close();
    TaskContext.get().addTaskCompletionListener(ends);
    return rows;
  }

  private final class Rows implements Iterator<Row> {
    private final Iterator<DocumentFile> files;
    private final DocumentParser parser;
    private Optional<ParsedFile> open = Optional.empty();
    private DocumentFile file;

    Rows(Iterator<DocumentFile> files, DocumentParser parser) {
      this.files = files;
      this.parser = parser;
    }

    @Override
    public boolean hasNext() {
      while (open.filter(ParsedFile::hasNext).isEmpty()) {
        close();
        if (!files.hasNext()) {
          return false;
        }
        file = files.next();
        open = Optional.of(parser.open(file.shownName(), name(file), () -> stream(file)));
      }
      return true;
    }

    private InputStream stream(DocumentFile of) throws IOException {
      Path path = new Path(of.uri());
      return Retry.of(Retry.Times.UNDER_WAY)
          .call("opening " + of.shownName(), () -> path.getFileSystem(hadoop.get()).open(path));
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        return row(open.orElseThrow().next());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was interrupted.", e);
      }
    }

    private Row row(ParseResult result) {
      if (result instanceof ParsedDocument document) {
        return DocumentRows.document(document, file.shownName(), buckets);
      }
      return DocumentRows.refused((RefusedDocument) result, file.shownName(), buckets);
    }

    private void close() {
      open.ifPresent(ParsedFile::close);
      open = Optional.empty();
    }
  }

  private static String name(DocumentFile file) {
    return new Path(file.uri()).getName();
  }
}
