package io.turnmill.job.chunks;

import io.turnmill.chunk.Chunk;
import io.turnmill.chunk.ChunkSettings;
import io.turnmill.chunk.Chunker;
import io.turnmill.chunk.EmbedText;
import io.turnmill.chunk.SessionText;
import io.turnmill.chunk.TurnRange;
import io.turnmill.document.CodePoints;
import io.turnmill.document.DocumentText;
import io.turnmill.job.config.ChunkConfig;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.metrics.EngineTally;
import io.turnmill.job.metrics.ExecutorEngines;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.rows.StructureJson;
import io.turnmill.job.rows.StructureJson.ChunkPlace;
import io.turnmill.session.Session;
import io.turnmill.task.ChunkSession;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Cuts the items of staged buckets into chunks, by the tokenizer of the model that will be asked
 * about them. The model is loaded for it, as it is needed next.
 *
 * @param folder the folder of the staged items
 * @param columns of their rows
 * @param engines takes what engines do from the time at which the first one is loaded
 * @param buckets over how many buckets the chunks are spread
 */
record CutItems(
    String folder,
    StructType columns,
    HadoopConf hadoop,
    ModelLoader loader,
    EngineTally engines,
    ChunkConfig settings,
    int buckets)
    implements FlatMapFunction<StagedBucket, Row> {
  private static final long serialVersionUID = 1L;

  /** A document, or a session as one. */
  private record Item(
      Row row, Session session, DocumentText text, Function<Chunk, TurnRange> turns) {}

  @Override
  public Iterator<Row> call(StagedBucket bucket) {
    if (bucket.sessionFiles().isEmpty()) {
      return Collections.emptyIterator();
    }
    ExecutorEngines.here().begin(engines);
    ExecutorModels.Lease lease = ExecutorModels.here().lease(loader);
    TaskCompletionListener ends = context -> lease.close();
    TaskContext.get().addTaskCompletionListener(ends);
    int room = Math.min(settings.maxTokens(), lease.runtime().roomForText());
    ChunkSettings cut = new ChunkSettings(room, settings.overlap(), withHeadings());
    Chunker chunker = new Chunker(cut, lease.runtime()::countTokens);
    return ReadRows.of(
        bucket,
        folder,
        StagedRows.inBucket(columns),
        hadoop,
        row -> chunks(row, chunker, chunk -> asked(chunk, lease, room)));
  }

  private boolean withHeadings() {
    return settings.embedText() == ChunkConfig.EmbedText.HEADINGS;
  }

  /** What stands in front of the text of a chunk when it is asked about. */
  private Function<String, String> asked(Chunk chunk, ExecutorModels.Lease lease, int room) {
    return withHeadings()
        ? text -> EmbedText.of(chunk, text, lease.runtime()::countTokens, room)
        : Function.identity();
  }

  private Iterator<Row> chunks(
      Row row, Chunker chunker, Function<Chunk, Function<String, String>> asked) {
    if (StagedRows.duplicateOf(row).isPresent()) {
      return Collections.emptyIterator();
    }
    Item item = item(row);
    CodePoints places = CodePoints.of(item.text().text());
    return chunker.chunks(item.text()).stream()
        .map(chunk -> staged(item, chunk, asked.apply(chunk), places))
        .iterator();
  }

  private Item item(Row row) {
    Session session = StagedRows.sessionOfEntries(row);
    if (columns.getFieldIndex(StagedRows.STRUCTURE).isDefined()) {
      String text = session.messages().get(0).content();
      DocumentText document = StructureJson.text(text, row.getAs(StagedRows.STRUCTURE));
      return new Item(row, session, document, chunk -> new TurnRange(-1, -1));
    }
    SessionText text = SessionText.of(session.messages());
    return new Item(row, session, text.document(), text::turns);
  }

  private Row staged(Item item, Chunk chunk, Function<String, String> asked, CodePoints places) {
    String text = chunk.span().of(item.text().text());
    String shown = asked.apply(text);
    int start = places.at(chunk.span().from());
    TurnRange turns = item.turns().apply(chunk);
    ChunkPlace place =
        new ChunkPlace(
            chunk.number(),
            start,
            places.at(chunk.span().to()),
            places.at(chunk.span().from() + chunk.overlap()) - start,
            chunk.tokens(),
            chunk.firstPage(),
            chunk.lastPage(),
            turns.first(),
            turns.last(),
            chunk.headings(),
            shown.length() - text.length());
    Session of = ChunkSession.of(item.session().key(), chunk, shown, item.session().carried());
    int bucket = StagingRows.bucketOfChunk(item.session().key(), chunk.number(), buckets);
    return StagingRows.chunk(of, place.json(), bucket, item.row());
  }
}
