package io.turnmill.job;

import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** When things happened in a run of the job in this JVM: the latest one. */
final class JobTimes {
  private static final Map<Mark, Long> MARKS = new EnumMap<>(Mark.class);
  private static final AtomicLong TASK_NANOS = new AtomicLong();

  private JobTimes() {}

  /** What happened, in order. */
  enum Mark {
    BEGUN,
    SPARK_STARTED,
    LOADING,
    LOADED,
    ENDED
  }

  static synchronized void mark(Mark mark) {
    MARKS.put(mark, System.nanoTime());
  }

  /** In seconds. */
  static synchronized double between(Mark from, Mark to) {
    return (MARKS.get(to) - MARKS.get(from)) / 1e9;
  }

  /** Processor time of the tasks that ended behind the loading of the model. */
  static double taskSeconds() {
    return TASK_NANOS.get() / 1e9;
  }

  /** For {@code spark.extraListeners}. */
  public static final class Listener extends SparkListener {
    @Override
    public void onApplicationStart(SparkListenerApplicationStart start) {
      mark(Mark.SPARK_STARTED);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TASK_NANOS.addAndGet(end.taskMetrics().executorCpuTime());
    }
  }

  /** Loads a folder as the job does. */
  record Loader(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return new FolderModelLoader(options).identity();
    }

    @Override
    public ModelRuntime load() {
      mark(Mark.LOADING);
      ModelRuntime runtime = new FolderModelLoader(options).load();
      mark(Mark.LOADED);
      TASK_NANOS.set(0);
      return runtime;
    }

    @Override
    public Duration keepAlive() {
      return new FolderModelLoader(options).keepAlive();
    }
  }
}
