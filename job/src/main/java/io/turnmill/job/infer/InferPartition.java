package io.turnmill.job.infer;

import io.turnmill.engine.Feed;
import io.turnmill.job.infer.ExecutorModels.Lease;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.task.ReplyWork;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** One task: feeds its staged sessions to the executor's engine and returns them as they finish. */
final class InferPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final ModelLoader loader;
  private final Tally tally;

  InferPartition(ModelLoader loader, Tally tally) {
    this.loader = loader;
    this.tally = tally;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> staged) {
    if (!staged.hasNext()) {
      return staged;
    }
    Lease lease = ExecutorModels.lease(loader);
    // Listeners run in the opposite order: the feed is closed before the lease.
    TaskCompletionListener leaseEnds = context -> lease.close();
    TaskContext.get().addTaskCompletionListener(leaseEnds);
    Feed<ReplyWork<Row>> feed = lease.runtime().engine().open(lease.runtime().window());
    TaskCompletionListener feedEnds = context -> feed.close();
    TaskContext.get().addTaskCompletionListener(feedEnds);
    return new Results(staged, lease, feed);
  }

  /** Keeps the feed full, and takes what is done in whatever order it is done. */
  private final class Results implements Iterator<Row> {
    private final Iterator<Row> staged;
    private final Lease lease;
    private final Feed<ReplyWork<Row>> feed;

    Results(Iterator<Row> staged, Lease lease, Feed<ReplyWork<Row>> feed) {
      this.staged = staged;
      this.lease = lease;
      this.feed = feed;
    }

    @Override
    public boolean hasNext() {
      return feed.size() > 0 || staged.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      while (feed.hasRoom() && staged.hasNext()) {
        Row row = staged.next();
        feed.submit(lease.runtime().task().begin(StagedRows.session(row), row));
      }
      try {
        ReplyWork<Row> work = feed.take();
        tally.add(work.result());
        return InferredRows.row(work.row(), work.result(), lease.runtime().fingerprint());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was interrupted.", interrupted);
      }
    }
  }
}
