package io.turnmill.job.infer;

import io.turnmill.engine.Feed;
import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.cache.ReplyShelf;
import io.turnmill.job.flight.FlightLog;
import io.turnmill.job.flight.Flights;
import io.turnmill.job.infer.ExecutorModels.Lease;
import io.turnmill.job.metrics.ExecutorEngines;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.task.FailureCode;
import io.turnmill.task.ReplyWork;
import io.turnmill.task.TaskResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;

/** One task: feeds its staged sessions to the executor's engine and returns them as they finish. */
final class InferPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final ModelLoader loader;
  private final Flights flights;

  /** Null where there is none: an {@link Optional} does not travel. */
  private final ReplyCache cache;

  private final Tally tally;

  InferPartition(ModelLoader loader, Flights flights, ReplyCache cache, Tally tally) {
    this.loader = loader;
    this.flights = flights;
    this.cache = cache;
    this.tally = tally;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    Row first = rows.next();
    int bucket = first.<Integer>getAs(StagedRows.BUCKET);
    Iterator<Row> staged = new FirstThen(first, rows);
    ExecutorEngines.here().begin(tally.engines());
    Lease lease = ExecutorModels.here().lease(loader);
    // Listeners run in the opposite order: the feed is closed first, the lease last.
    TaskCompletionListener leaseEnds = context -> end(lease, context);
    TaskContext.get().addTaskCompletionListener(leaseEnds);
    TaskKill kill = new TaskKill(TaskContext.get());
    Admission admission = admission(bucket, staged, lease.runtime().window(), kill);
    TaskCompletionListener admissionEnds = context -> admission.close();
    TaskContext.get().addTaskCompletionListener(admissionEnds);
    Feed<ReplyWork<Row>> feed = open(bucket, lease.runtime());
    TaskCompletionListener feedEnds = context -> feed.close();
    TaskContext.get().addTaskCompletionListener(feedEnds);
    return new Results(admission, lease.runtime(), feed, kill);
  }

  private Admission admission(int bucket, Iterator<Row> staged, int window, TaskKill kill) {
    TaskContext task = TaskContext.get();
    FlightLog log;
    try {
      log = flights.log(bucket, task.taskAttemptId(), Executors.isDriver());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TaskFailureListener processEnds =
        (context, error) -> {
          if (Executors.endsWith(error)) {
            log.endOfProcess();
          }
        };
    task.addTaskFailureListener(processEnds);
    return new Admission(
        staged,
        new Admission.Rules(window, flights.maxDeaths()),
        log,
        ExclusiveGate.OF_THIS_JVM.stay(kill::check));
  }

  /** What a failed task adds to accumulators is lost; the next one adds it in its stead. */
  private void end(Lease lease, TaskContext context) {
    if (!context.isFailed() && !context.isInterrupted()) {
      ExecutorEngines.here().handOut(tally.engines());
    }
    lease.close();
  }

  private Feed<ReplyWork<Row>> open(int bucket, ModelRuntime runtime) {
    if (cache == null) {
      return runtime.engine().open(runtime.window());
    }
    ReplyShelf shelf = cache.ofBucket(bucket).open(runtime.replyScope());
    // Also when the task fails: what was computed need not be computed again.
    TaskCompletionListener save = context -> shelf.save();
    TaskContext.get().addTaskCompletionListener(save);
    return runtime.engine().open(runtime.window(), shelf);
  }

  /** Keeps the feed full, and takes what is done in whatever order it is done. */
  private final class Results implements Iterator<Row> {
    private final Admission admission;
    private final ModelRuntime runtime;
    private final Feed<ReplyWork<Row>> feed;
    private final TaskKill kill;

    Results(Admission admission, ModelRuntime runtime, Feed<ReplyWork<Row>> feed, TaskKill kill) {
      this.admission = admission;
      this.runtime = runtime;
      this.feed = feed;
      this.kill = kill;
    }

    @Override
    public boolean hasNext() {
      return feed.size() > 0 || admission.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Optional<Row> quarantined = admission.quarantined();
      if (quarantined.isPresent()) {
        return inferred(quarantined.get(), quarantined(quarantined.get()));
      }
      try {
        ReplyWork<Row> work = take();
        admission.landed(work.row());
        return inferred(work.row(), work.result());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was interrupted.", interrupted);
      }
    }

    private ReplyWork<Row> take() throws InterruptedException {
      Optional<ReplyWork<Row>> done = Optional.empty();
      while (done.isEmpty()) {
        kill.check();
        fill();
        done = feed.take(TaskKill.LOOK_AGAIN);
      }
      return done.get();
    }

    private void fill() throws InterruptedException {
      while (feed.hasRoom()) {
        Optional<Row> row = admission.next();
        if (row.isEmpty()) {
          return;
        }
        feed.submit(runtime.task().begin(row.get(), StagedRows::session));
      }
    }

    private TaskResult quarantined(Row row) {
      return new TaskResult.Failed(
          FailureCode.EXECUTOR_DIED,
          String.format(Locale.ROOT, "in flight at %d deaths of its executor", Infer.deaths(row)));
    }

    private Row inferred(Row row, TaskResult result) {
      tally.add(result);
      return InferredRows.row(row, result, runtime.fingerprint());
    }
  }

  /** A row that was read to look at it, and those after it. */
  private static final class FirstThen implements Iterator<Row> {
    private Optional<Row> first;
    private final Iterator<Row> rest;

    FirstThen(Row first, Iterator<Row> rest) {
      this.first = Optional.of(first);
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return first.isPresent() || rest.hasNext();
    }

    @Override
    public Row next() {
      Row next = first.orElseGet(rest::next);
      first = Optional.empty();
      return next;
    }
  }
}
