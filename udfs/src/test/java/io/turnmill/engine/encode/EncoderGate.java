package io.turnmill.engine.encode;

import io.turnmill.testing.FakeEncoderPass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Holds the first pass until it is opened, and notes every pass. */
final class EncoderGate {
  private final CountDownLatch inPass = new CountDownLatch(1);
  private final Semaphore closed = new Semaphore(0);
  private final List<List<Integer>> lengths = Collections.synchronizedList(new ArrayList<>());

  FakeEncoderPass pass() {
    return new FakeEncoderPass()
        .beforeForward(
            batch -> {
              lengths.add(batch.rows().stream().map(row -> row.ids().size()).toList());
              inPass.countDown();
              closed.acquireUninterruptibly();
              closed.release();
            });
  }

  /** What was submitted is in the pass when this returns. */
  void awaitPass(TextFeed<?> feed) throws InterruptedException {
    feed.flush();
    awaitPass();
  }

  /** A pass has begun when this returns. */
  void awaitPass() throws InterruptedException {
    inPass.await();
  }

  /** Of the rows of each pass. */
  List<List<Integer>> lengths() {
    return lengths;
  }

  void open() {
    closed.release();
  }
}
