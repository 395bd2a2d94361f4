package io.turnmill.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** How long the Spark jobs took that asked a model, of the latest run in this JVM, in order. */
final class InferenceSpans {
  private static final List<Long> STARTS = new ArrayList<>();
  private static final List<Double> SECONDS = new ArrayList<>();
  private static int job;

  private InferenceSpans() {}

  /** For {@code spark.extraListeners}. */
  public static final class Listener extends SparkListener {
    @Override
    public void onJobStart(SparkListenerJobStart start) {
      if ("inference".equals(start.properties().getProperty("spark.job.description"))) {
        begin(start.jobId(), start.time());
      }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      end(end.jobId(), end.time());
    }
  }

  private static synchronized void begin(int id, long millis) {
    job = id;
    STARTS.add(millis);
  }

  private static synchronized void end(int id, long millis) {
    if (id == job && SECONDS.size() < STARTS.size()) {
      SECONDS.add((millis - STARTS.get(STARTS.size() - 1)) / 1e3);
    }
  }

  /** Forgets what was. */
  static synchronized void clear() {
    STARTS.clear();
    SECONDS.clear();
  }

  /** The seconds of each; of items in chunks, first the chunks and then the items. */
  static synchronized List<Double> seconds() {
    return List.copyOf(SECONDS);
  }
}
