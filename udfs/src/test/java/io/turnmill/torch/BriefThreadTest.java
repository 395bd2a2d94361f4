package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.model.ModelFolder;
import io.turnmill.torch.source.LinearKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BriefThreadTest {
  /** Threads of the system whose name begins so: a worker has the name of the one it works for. */
  private static List<Path> threads(String name) {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
      return all.filter(task -> name(task).startsWith(name)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** Whether all but some end within seconds: the system's end of a thread follows Java's. */
  private static boolean ended(String name, int others) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (threads(name).size() > others) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whoLoadsAModelHasNoWorkers() throws Exception {
    ModelFolder folder = ModelFolder.open(Path.of("../samples/models/chat-mini"));
    TorchOptions options = new TorchOptions(Precision.FLOAT32, LinearKernel.PLAIN, 2, "cpu");
    TorchForwardPass.load(folder, options).close(); // PyTorch starts a pool of its own, once
    int others = threads("turnmill-load").size();
    FutureTask<Integer> loading =
        new FutureTask<>(
            () -> {
              try (TorchForwardPass pass = TorchForwardPass.load(folder, options)) {
                assertThat(pass.precision()).isEqualTo(Precision.FLOAT32);
                return threads("loading-one").size();
              }
            });
    new Thread(loading, "loading-one").start();
    assertThat(loading.get()).as("the thread itself").isEqualTo(1);
    assertThat(ended("turnmill-load", others)).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void workersEndWithTheThreadTheyWorkFor() throws InterruptedException {
    CountDownLatch measured = new CountDownLatch(1);
    CountDownLatch seen = new CountDownLatch(1);
    TorchOptions options = new TorchOptions(Precision.FLOAT32, LinearKernel.PLAIN, 2, "cpu");
    Thread caller =
        new Thread(
            () ->
                BriefThread.call(
                    "brief-one",
                    () -> {
                      double rate = DeviceRates.matmulHere(options);
                      measured.countDown();
                      awaitUninterrupted(seen);
                      return rate;
                    }));
    caller.start();
    assertThat(measured.await(2, TimeUnit.MINUTES)).isTrue();
    int busy = threads("brief-one").size();
    seen.countDown();
    caller.join();
    assertThat(busy).as("the thread and its worker").isEqualTo(2);
    assertThat(ended("brief-one", 0)).isTrue();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatTheBodyThrowsIsThrown() {
    RuntimeException fault = new IllegalStateException("no");
    assertThatThrownBy(
            () ->
                BriefThread.call(
                    "brief",
                    () -> {
                      throw fault;
                    }))
        .isSameAs(fault);
    Error error = new AssertionError("never");
    assertThatThrownBy(
            () ->
                BriefThread.call(
                    "brief",
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
  }

  @Test
  void anInterruptIsKept() {
    Thread.currentThread().interrupt();
    assertThat(BriefThread.<Integer>call("brief", () -> 7)).isEqualTo(7);
    assertThat(Thread.interrupted()).isTrue();
  }
}
