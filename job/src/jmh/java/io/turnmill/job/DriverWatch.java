package io.turnmill.job;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** What a driver takes whose executors are other processes. */
final class DriverWatch {
  private static final AtomicLong HEAP = new AtomicLong();
  private static final AtomicLong THREADS = new AtomicLong();

  /** Processor time of this process when a job began, and the time of the last job that ended. */
  private static final AtomicLong BEGUN = new AtomicLong();

  private static final AtomicLong LAST_JOB = new AtomicLong();

  private DriverWatch() {}

  /** A run's last job is the one that infers its buckets. */
  public static final class Listener extends SparkListener {
    @Override
    public void onJobStart(SparkListenerJobStart start) {
      BEGUN.set(cpuNanos());
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      LAST_JOB.set(cpuNanos() - BEGUN.get());
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Looks every ten seconds, after a full collection: that costs the driver time, too. */
  static void start() {
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "driver-watch");
              thread.setDaemon(true);
              return thread;
            });
    var unused = watch.scheduleWithFixedDelay(DriverWatch::look, 5, 10, TimeUnit.SECONDS);
  }

  private static void look() {
    System.gc();
    HEAP.accumulateAndGet(leftByCollection(), Math::max);
    THREADS.accumulateAndGet(ManagementFactory.getThreadMXBean().getThreadCount(), Math::max);
  }

  private static long leftByCollection() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getCollectionUsage().getUsed())
        .sum();
  }

  /** Processor time of this process while buckets were inferred, its collections included. */
  static double inferenceCpuSeconds() {
    return LAST_JOB.get() / 1e9;
  }

  /** The most that a full collection left, in bytes. */
  static long mostLiveHeap() {
    return HEAP.get();
  }

  static long mostThreads() {
    return THREADS.get();
  }
}
