package io.turnmill.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose driver, executors and workers are killed at random moments, on local files. The seed
 * is in every message; {@code -Dturnmill.kill.seed=N} (in {@code -Dtest.jvm}) takes one again.
 */
class KillIT {
  private static final long SEED = Long.getLong("turnmill.kill.seed", new Random().nextLong());

  @TempDir Path folder;

  private StandaloneCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), Map.of());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aRunThatIsKilledAgainAndAgainGivesWhatAnUndisturbedOneGives() throws Exception {
    survives(80, 2, List.of());
  }

  @Test
  @Tag("slow")
  void soDoesOneThatIsKilledThirtyTimes() throws Exception {
    survives(500, 30, List.of());
  }

  @Test
  @Tag("slow")
  void soDoesOneWhoseDriverRunsOnAWorker() throws Exception {
    String status = folder.toUri().toString();
    survives(120, 8, List.of("--deploy-mode", "cluster", "--status-folder", status));
  }

  private void survives(int sessions, int kills, List<String> options) throws Exception {
    KilledRun.Place place = KilledRun.Place.local(folder, sessions, options);
    KilledRun run = new KilledRun(cluster, place, sessions, folder.resolve("tokens.log"));
    run.undisturbed();
    run.killed(SEED, kills);
    run.assertEqual();
    assertThat(run.bucketsBy()).isEqualTo("input");
  }
}
