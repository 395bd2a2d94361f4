package io.turnmill.job.infer;

import io.turnmill.inference.Feed;
import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.cache.TaskCompletionCache;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.executor.ExecutorModels.Lease;
import io.turnmill.job.executor.ExecutorProcess;
import io.turnmill.job.executor.TaskKill;
import io.turnmill.job.metrics.ExecutorEngines;
import io.turnmill.job.quarantine.Admission;
import io.turnmill.job.quarantine.ExclusiveGate;
import io.turnmill.job.quarantine.InFlightLog;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.task.ItemWork;
import io.turnmill.task.TaskFailureCode;
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

/**
 * The function of one Spark task: feeds staged sessions to the executor's model and returns their
 * rows as they finish.
 */
final class InferPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final AskedItems items;
  private final BucketModels models;
  private final InFlightStore inFlight;

  /** Null if there is none, because an {@link Optional} is not serializable. */
  private final CompletionStore cache;

  private final Tally tally;

  InferPartition(
      AskedItems items,
      BucketModels models,
      InFlightStore inFlight,
      CompletionStore cache,
      Tally tally) {
    this.items = items;
    this.models = models;
    this.inFlight = inFlight;
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
    CopiedResults copies = new CopiedResults(new FirstThen(first, rows));
    ExecutorEngines.here().begin(tally.engines());
    AskedModel model = models.of(bucket);
    Lease lease = ExecutorModels.here().lease(model.loader());
    // Listeners run in the opposite order: the feed is closed first, the lease last.
    TaskCompletionListener leaseEnds = context -> end(lease, context);
    TaskContext.get().addTaskCompletionListener(leaseEnds);
    TaskKill kill = new TaskKill(TaskContext.get());
    Admission admission = admission(bucket, copies.asked(), lease.runtime().items(), kill);
    TaskCompletionListener admissionEnds = context -> admission.close();
    TaskContext.get().addTaskCompletionListener(admissionEnds);
    Feed<ItemWork<Row, ?>> feed = open(bucket, lease.runtime());
    TaskCompletionListener feedEnds = context -> feed.close();
    TaskContext.get().addTaskCompletionListener(feedEnds);
    return new Results(admission, copies, lease.runtime(), model.codec(), feed, kill);
  }

  private Admission admission(int bucket, Iterator<Row> staged, int window, TaskKill kill) {
    TaskContext task = TaskContext.get();
    InFlightLog log;
    try {
      log = inFlight.log(bucket, task.taskAttemptId(), ExecutorProcess.isDriver());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TaskFailureListener processEnds =
        (context, error) -> {
          if (ExecutorProcess.endsWith(error)) {
            log.endOfProcess();
          }
        };
    task.addTaskFailureListener(processEnds);
    return new Admission(
        staged,
        Infer::deaths,
        new Admission.Rules(window, inFlight.maxDeaths()),
        log,
        ExclusiveGate.OF_THIS_JVM.stay(kill::check));
  }

  /** Spark drops what a failed task adds to accumulators, so the next task adds it instead. */
  private void end(Lease lease, TaskContext context) {
    if (!context.isFailed() && !context.isInterrupted()) {
      ExecutorEngines.here().handOut(tally.engines());
    }
    lease.close();
  }

  private Feed<ItemWork<Row, ?>> open(int bucket, ModelRuntime runtime) {
    if (cache == null) {
      return runtime.open(Optional.empty());
    }
    int staged = models.buckets().stagedBucket(bucket);
    TaskCompletionCache completions = cache.ofBucket(staged).open(runtime.cacheScope());
    // Also when the task fails: what was computed need not be computed again.
    TaskCompletionListener save = context -> completions.save();
    TaskContext.get().addTaskCompletionListener(save);
    return runtime.open(Optional.of(completions));
  }

  /**
   * Keeps the feed full, and returns works in the order in which they are done; then the duplicates
   * of sessions among them.
   */
  private final class Results implements Iterator<Row> {
    private final Admission admission;
    private final CopiedResults copies;
    private final ModelRuntime runtime;
    private final ResultCodec<?> codec;
    private final Feed<ItemWork<Row, ?>> feed;
    private final TaskKill kill;

    Results(
        Admission admission,
        CopiedResults copies,
        ModelRuntime runtime,
        ResultCodec<?> codec,
        Feed<ItemWork<Row, ?>> feed,
        TaskKill kill) {
      this.admission = admission;
      this.copies = copies;
      this.runtime = runtime;
      this.codec = codec;
      this.feed = feed;
      this.kill = kill;
    }

    @Override
    public boolean hasNext() {
      return isAsking() || copies.hasNext();
    }

    private boolean isAsking() {
      return feed.size() > 0 || admission.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!isAsking()) {
        Row duplicate = copies.next();
        tally.addCopy();
        return inferredRow(duplicate, copies.resultOf(duplicate));
      }
      Optional<Row> quarantined = admission.quarantined();
      if (quarantined.isPresent()) {
        return inferred(quarantined.get(), quarantined(quarantined.get()));
      }
      try {
        ItemWork<Row, ?> work = take();
        admission.landed(work.row());
        return inferred(work.row(), work.result());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was interrupted.", interrupted);
      }
    }

    private ItemWork<Row, ?> take() throws InterruptedException {
      Optional<ItemWork<Row, ?>> done = Optional.empty();
      while (done.isEmpty()) {
        fill();
        kill.check();
        done = feed.take(TaskKill.LOOK_AGAIN);
      }
      return done.get();
    }

    private void fill() throws InterruptedException {
      while (feed.hasRoom()) {
        kill.check();
        Optional<Row> row = admission.next();
        if (row.isEmpty()) {
          return;
        }
        feed.submit(items.begin(row.get(), runtime));
      }
    }

    private TaskResult<?> quarantined(Row row) {
      return new TaskResult.Failed<>(
          TaskFailureCode.EXECUTOR_DIED,
          String.format(Locale.ROOT, "in flight at %d deaths of its executor", Infer.deaths(row)));
    }

    private Row inferred(Row row, TaskResult<?> result) {
      tally.add(result, codec);
      copies.keep(row, result);
      return inferredRow(row, result);
    }

    private Row inferredRow(Row row, TaskResult<?> result) {
      return InferredRows.row(row, result, codec, runtime.fingerprint(result));
    }
  }

  /** The rows of a task, whose first one was read already to find the bucket. */
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
