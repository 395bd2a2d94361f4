package io.turnmill.job;

import io.turnmill.job.prepare.StagedBucket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Takes buckets, the most expensive first, and keeps so many under way that every core of the
 * cluster has one and another waits: each from a thread of the driver, with Spark jobs of its own.
 * The cluster may grow and shrink meanwhile.
 */
final class BucketCrew {
  /** Jobs of this pool wait for one another. */
  static final String INFER = "infer";

  /** Jobs of this pool get the next free core, however many buckets wait for inference. */
  static final String PUBLISH = "publish";

  private static final String POOL = "spark.scheduler.pool";
  private static final int LOOK_AGAIN_SECONDS = 5;
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final SparkContext context;
  private final String group;

  BucketCrew(SparkSession spark, String group) {
    this.context = spark.sparkContext();
    this.group = group;
  }

  /** What is done with each bucket, in a thread of its own. */
  @FunctionalInterface
  interface Shift {
    void on(StagedBucket bucket) throws IOException;
  }

  /** Jobs of this thread belong to that pool from now on. */
  void enter(String pool) {
    context.setLocalProperty(POOL, pool);
  }

  /** Does all buckets. The first that fails ends the others, and is thrown. */
  void run(List<StagedBucket> buckets, Shift shift) throws IOException {
    Deque<StagedBucket> waiting =
        new ArrayDeque<>(
            buckets.stream()
                .sorted(
                    Comparator.comparingLong(StagedBucket::characters)
                        .reversed()
                        .thenComparing(StagedBucket::bucket))
                .toList());
    ExecutorService threads = Executors.newCachedThreadPool(BucketCrew::thread);
    CompletionService<Integer> done = new ExecutorCompletionService<>(threads);
    int underWay = 0;
    try {
      while (!waiting.isEmpty() || underWay > 0) {
        while (!waiting.isEmpty() && underWay < atOnce()) {
          StagedBucket next = waiting.poll();
          var unused = done.submit(() -> one(next, shift));
          underWay++;
        }
        Future<Integer> ended = done.poll(LOOK_AGAIN_SECONDS, TimeUnit.SECONDS);
        if (ended != null) {
          underWay--;
          ended.get();
        }
      }
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The run was interrupted.", e);
    } finally {
      threads.shutdown();
      if (underWay > 0) {
        end(threads);
      }
    }
  }

  private int one(StagedBucket bucket, Shift shift) throws IOException {
    context.setJobGroup(group, "bucket " + bucket.bucket(), false);
    enter(INFER);
    shift.on(bucket);
    return bucket.bucket();
  }

  /** Cores as far as Spark knows them, and half as many again that wait for one. */
  private int atOnce() {
    int cores = JavaSparkContext.fromSparkContext(context).defaultParallelism();
    return Math.max(2, cores + (cores + 1) / 2);
  }

  /** Nothing of this run may go on behind its end: a thread that is between two jobs starts one. */
  private void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      do {
        context.cancelJobGroup(group);
      } while (!threads.awaitTermination(1, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException thrown(Throwable cause) {
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof IOException e ? e : new IOException(cause);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "turnmill-bucket-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
