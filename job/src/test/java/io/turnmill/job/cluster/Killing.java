package io.turnmill.job.cluster;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/**
 * Starts a command again and again until it is done, and meanwhile kills a process of it at random
 * moments: SIGKILL, so that nobody can tidy up.
 */
final class Killing {
  enum Victim {
    DRIVER,
    EXECUTOR,
    WORKER
  }

  /** What starts the command once more. */
  @FunctionalInterface
  interface Start {
    Watched again(String name) throws IOException;
  }

  /** What is looked at in the moment before a kill. */
  @FunctionalInterface
  interface Look {
    void now() throws IOException;
  }

  private static final int FIRST_MILLIS = 1_000;

  private final StandaloneCluster cluster;
  private final Random random;
  private final int longestMillis;
  private final boolean driverOnWorker;
  private final int mostSeconds;
  private final List<String> events = new ArrayList<>();
  private final StringBuilder printed = new StringBuilder();
  private int kills;

  /**
   * @param longestMillis between two kills
   * @param driverOnWorker whether a worker takes a driver along, perhaps one that just starts
   * @param mostSeconds that a command may take once nothing is killed any more
   */
  Killing(
      StandaloneCluster cluster,
      long seed,
      int longestMillis,
      boolean driverOnWorker,
      int mostSeconds) {
    this.cluster = cluster;
    this.random = new Random(seed);
    this.longestMillis = longestMillis;
    this.driverOnWorker = driverOnWorker;
    this.mostSeconds = mostSeconds;
  }

  /**
   * Until the command ends with 0.
   *
   * @param most kills; each kind of process is among the first three
   * @throws IllegalStateException when it ends with another code though its driver was not killed
   */
  void untilDone(int most, Start start, Look before)
      throws IOException, InterruptedException, TimeoutException {
    Deque<Victim> victims = victims(most);
    for (int attempt = 1; ; attempt++) {
      try (Watched run = start.again("attempt-" + attempt)) {
        boolean killed = false;
        while (!victims.isEmpty()
            && !run.endsWithin(FIRST_MILLIS + random.nextInt(longestMillis))) {
          before.now();
          killed |= kill(victims, run);
        }
        int code = run.exitCode(mostSeconds);
        events.add("attempt " + attempt + " ended with " + code);
        printed.append(run.output());
        if (code == 0) {
          return;
        }
        if (!killed) {
          throw new IllegalStateException(this + "\n" + run.output());
        }
      }
    }
  }

  private Deque<Victim> victims(int most) {
    List<Victim> first = new ArrayList<>(List.of(Victim.values()));
    Collections.shuffle(first, random);
    Deque<Victim> victims = new ArrayDeque<>(first.subList(0, Math.min(most, first.size())));
    while (victims.size() < most) {
      victims.add(Victim.values()[random.nextInt(Victim.values().length)]);
    }
    return victims;
  }

  /** Kills the next one, if there is one now; whether the driver may have gone with it. */
  private boolean kill(Deque<Victim> victims, Watched run) throws IOException {
    Victim victim = victims.element();
    switch (victim) {
      case WORKER -> cluster.replaceWorker(random.nextInt(2));
      case EXECUTOR -> {
        if (!killOne(cluster.executors())) {
          return false;
        }
      }
      case DRIVER -> {
        // In cluster mode it runs on a worker, and the script that waits for it lives on.
        List<ProcessHandle> drivers = cluster.drivers();
        if (!killOne(drivers)) {
          run.handle().destroyForcibly();
        }
      }
    }
    victims.remove();
    kills++;
    events.add("killed " + victim);
    return victim == Victim.DRIVER || (victim == Victim.WORKER && driverOnWorker);
  }

  private boolean killOne(List<ProcessHandle> processes) {
    return !processes.isEmpty()
        && processes.get(random.nextInt(processes.size())).destroyForcibly();
  }

  int kills() {
    return kills;
  }

  /** What all attempts printed. */
  String printed() {
    return printed.toString();
  }

  /** The course of events. */
  @Override
  public String toString() {
    return String.join(", ", events);
  }
}
