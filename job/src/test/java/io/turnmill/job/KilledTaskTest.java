package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendInfo;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Port;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.SingleFlight;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.AskedModel;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.RepliesCodec;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.FakeForwardPass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task that Spark kills while it is far from being done with its sessions. */
class KilledTaskTest {
  private static final String GROUP = "to be killed";
  private static final int SLOTS = 4;
  private static final int SESSIONS = 3 * SLOTS;

  /** A task's feed has room for two requests for each slot. */
  private static final int WINDOW = 2 * SLOTS;

  /** Before these are over no reply is done. */
  private static final int PASSES_OF_A_REPLY = 400;

  /** The last pass before the kill: it takes until the task has left. */
  private static final int LAST_PASS = 5;

  private static final CountDownLatch ASKED = new CountDownLatch(WINDOW);
  private static final CountDownLatch UNDER_WAY = new CountDownLatch(LAST_PASS);
  private static final CountDownLatch LEFT = new CountDownLatch(1);
  private static final AtomicInteger PASSES = new AtomicInteger();
  private static final AtomicReference<Backend> ENGINE = new AtomicReference<>();

  @TempDir Path folder;

  /** Never draws an end, and stops in a pass until the task has left. */
  private record WaitingLoader() implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "slow";
    }

    @Override
    public ModelRuntime load() {
      RuntimeOptions options =
          new RuntimeOptions(
              RuntimeOptions.Model.of(JobForTests.MODEL),
              RuntimeOptions.Budgets.OPEN,
              RuntimeOptions.Prompts.PLAIN,
              SamplingParams.greedy(PASSES_OF_A_REPLY),
              true,
              List.of(),
              0);
      DecoderFrontEnd parts = DecoderFrontEnd.open(options);
      FakeForwardPass pass =
          new FakeForwardPass(parts.folder().spec().vocabSize() + 2, 0, 0)
              .beforeForward(
                  batch -> {
                    UNDER_WAY.countDown();
                    if (PASSES.incrementAndGet() >= LAST_PASS) {
                      awaitLeaving();
                    }
                  });
      Backend engine =
          DecoderEngine.start(
              pass,
              new EngineConfig(SLOTS, 64, parts.maxModelLen()),
              FakeModelLoader.fakeOf(parts, options));
      ENGINE.set(engine);
      return ModelRuntime.of(
          parts, new WatchedBackend(engine, ASKED::countDown, LEFT::countDown), SLOTS);
    }

    private static void awaitLeaving() {
      try {
        LEFT.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Notes what the task asks, and that it leaves. */
  private record WatchedBackend(Backend engine, Runnable asked, Runnable left) implements Backend {
    @Override
    public Port connect(Mailbox mailbox) {
      return new WatchedPort(engine.connect(mailbox), asked, left);
    }

    @Override
    public BackendInfo info() {
      return engine.info();
    }

    @Override
    public SingleFlight singleFlight() {
      return engine.singleFlight();
    }

    @Override
    public Metrics metrics() {
      return engine.metrics();
    }

    @Override
    public boolean isAlive() {
      return engine.isAlive();
    }

    @Override
    public boolean awaitEnd(Duration longest) throws InterruptedException {
      return engine.awaitEnd(longest);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private record WatchedPort(Port port, Runnable asked, Runnable left) implements Port {
    @Override
    public int weight(Request request) {
      return port.weight(request);
    }

    @Override
    public void add(Request request, boolean isFollowUp, boolean mayContinue) {
      port.add(request, isFollowUp, mayContinue);
      asked.run();
    }

    @Override
    public void endOfWork() {
      port.endOfWork();
    }

    @Override
    public void flush() {
      port.flush();
    }

    /** The engine has the message when the task has left. */
    @Override
    public void close() {
      port.close();
      left.run();
    }
  }

  /** A session of a great many turns, each of them too long for the model. */
  private static final int LONG_SESSION_TURNS = 2_000;

  /** The calls of the long session's work before the kill; far fewer than it needs. */
  private static final CountDownLatch CALLS = new CountDownLatch(3);

  private static final CountDownLatch LONG_SESSION_LEFT = new CountDownLatch(1);

  /** Asks every turn, and has no room for the prompt of any. */
  private record ReplayLoader() implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "replay";
    }

    @Override
    public ModelRuntime load() {
      RuntimeOptions options =
          new RuntimeOptions(
              RuntimeOptions.Model.of(JobForTests.MODEL),
              new RuntimeOptions.Budgets(1, 0, 0, 8, 0, RuntimeOptions.Tuning.DEFAULTS),
              RuntimeOptions.Prompts.PLAIN,
              SamplingParams.greedy(4),
              true,
              List.of(),
              0,
              new TaskOptions.Reply(TaskKind.REPLAY));
      DecoderFrontEnd parts = DecoderFrontEnd.open(options);
      FakeForwardPass pass = new FakeForwardPass(parts.folder().spec().vocabSize() + 2, 0, 0);
      Backend engine =
          DecoderEngine.start(
              pass,
              new EngineConfig(SLOTS, 64, parts.maxModelLen()),
              FakeModelLoader.fakeOf(parts, options));
      Backend watched = new WatchedBackend(engine, () -> {}, LONG_SESSION_LEFT::countDown);
      // Only the second one is given out, and closes what both of them have.
      Task<Session, ?> task = ModelRuntime.of(parts, watched, SLOTS).task();
      return ModelRuntime.of(parts, new WatchedTask(task), watched, SLOTS);
    }
  }

  /** Notes how often its works are called. */
  private record WatchedTask(Task<Session, ?> task) implements Task<Session, Object> {
    @Override
    public String name() {
      return task.name();
    }

    @Override
    public String scope() {
      return task.scope();
    }

    @Override
    public <T> ItemWork<T, Object> begin(T row, Function<? super T, ? extends Session> sessionOf) {
      return new WatchedWork<>(task.begin(row, sessionOf));
    }
  }

  private record WatchedWork<T>(ItemWork<T, ?> work) implements ItemWork<T, Object> {
    @Override
    public List<Request> next() {
      List<Request> requests = work.next();
      CALLS.countDown();
      return requests;
    }

    @Override
    public boolean hasYielded() {
      return work.hasYielded();
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      work.accept(request, outcome);
    }

    @Override
    public boolean done() {
      return work.done();
    }

    @Override
    public T row() {
      return work.row();
    }

    /** No work is done before the kill. */
    @Override
    public TaskResult<Object> result() {
      throw new AssertionError("the session was worked through to its end");
    }
  }

  @AfterEach
  void closeModels() {
    ExecutorModels.here().closeIdle();
  }

  @Test
  @Timeout(120)
  void itsSessionsLeaveTheEngineAtOnce() throws InterruptedException {
    SparkSession spark = SparkForTests.session();
    List<Row> sessions = IntStream.range(0, SESSIONS).mapToObj(i -> row(i, 1)).toList();
    CompletableFuture<Long> job = start(spark, sessions, new WaitingLoader());
    ASKED.await();
    UNDER_WAY.await();
    assertThat(ENGINE.get().metrics().get(Metric.FEEDS)).isPositive();

    spark.sparkContext().cancelJobGroup(GROUP);

    assertThatThrownBy(job::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(SparkException.class)
        .hasMessageContaining("cancelled");
    Metrics stats = ENGINE.get().metrics();
    while (stats.get(Metric.FEEDS) > 0
        || stats.get(Metric.SLOTS_IN_USE) > 0
        || stats.get(Metric.WAITING_REQUESTS) > 0) {
      assertThat(PASSES).hasValue(LAST_PASS);
      Thread.onSpinWait();
      stats = ENGINE.get().metrics();
    }
    assertThat(PASSES).hasValue(LAST_PASS);
    assertThat(stats.get(Metric.WITHDRAWN)).as("a windowful").isEqualTo(WINDOW);
    assertThat(stats.get(Metric.REPLIES)).isZero();
  }

  /** Nothing is asked of the engine, so the task has to look between the prompts. */
  @Test
  @Timeout(120)
  void itLeavesASessionWhosePromptsItIsStillMaking() throws InterruptedException {
    SparkSession spark = SparkForTests.session();
    List<Row> session = List.of(row(0, LONG_SESSION_TURNS));
    CompletableFuture<Long> job = start(spark, session, new ReplayLoader());
    CALLS.await();

    spark.sparkContext().cancelJobGroup(GROUP);

    assertThatThrownBy(job::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(SparkException.class)
        .hasMessageContaining("cancelled");
    LONG_SESSION_LEFT.await();
  }

  private CompletableFuture<Long> start(SparkSession spark, List<Row> rows, ModelLoader loader) {
    Dataset<Row> inferred =
        Infer.infer(
            staged(spark, rows),
            AskedItems.SESSIONS,
            BucketModels.only(new AskedModel(loader, new RepliesCodec(false))),
            new InFlightStore(
                folder.toUri().toString(),
                new HadoopConf(Spark.hadoop(spark)),
                JobAttempt.first(),
                3),
            Optional.empty(),
            new Tally(spark));
    return CompletableFuture.supplyAsync(
        () -> {
          spark.sparkContext().setJobGroup(GROUP, "slow", false);
          return (long) inferred.collectAsList().size();
        });
  }

  /** Sessions of one task. */
  private static Dataset<Row> staged(SparkSession spark, List<Row> rows) {
    return spark
        .createDataFrame(rows, StagedRows.SCHEMA)
        .withColumn("deaths", functions.lit(0))
        .coalesce(1);
  }

  private static Row row(int number, int turns) {
    Session session =
        new Session(
            new SessionKey(Optional.empty(), "s" + number),
            IntStream.range(0, turns).mapToObj(KilledTaskTest::hello).toList(),
            Map.of());
    return RowFactory.create(
        0,
        null,
        "s" + number,
        StagedRows.messages(session),
        Map.of(),
        1,
        1,
        0,
        6L,
        "file",
        (long) number,
        0L,
        null,
        false);
  }

  private static Message hello(int turn) {
    return new Message(turn, Role.USER, "Hello!", Optional.empty(), Optional.empty());
  }
}
