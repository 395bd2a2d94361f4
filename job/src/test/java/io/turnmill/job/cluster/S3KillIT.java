package io.turnmill.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.FaultyProxy;
import io.turnmill.job.testing.S3ForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs from S3 to S3 that are killed while the store fails now and then. Driver and executors find
 * their keys where Amazon's own tools find them, in the environment.
 */
class S3KillIT {
  private static final long SEED = Long.getLong("turnmill.kill.seed", new Random().nextLong());

  @TempDir Path folder;

  private S3ForTests server;
  private FaultyProxy store;
  private StandaloneCluster cluster;

  @BeforeEach
  void start() throws Exception {
    server = S3ForTests.start(folder);
    store = server.faulty(SEED, 0.02);
    cluster =
        StandaloneCluster.start(
            folder.resolve("cluster"),
            Map.of(
                "AWS_ACCESS_KEY_ID",
                S3ForTests.ACCESS,
                "AWS_SECRET_ACCESS_KEY",
                S3ForTests.SECRET));
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
    store.close();
    server.close();
  }

  @Test
  void aRunOnS3ThatIsKilledGivesWhatAnUndisturbedOneGives() throws Exception {
    survives(30, 1);
  }

  @Test
  @Tag("slow")
  void soDoesOneThatIsKilledTwelveTimes() throws Exception {
    survives(200, 12);
  }

  private void survives(int sessions, int kills) throws Exception {
    Path archive = folder.resolve("archive.jsonl");
    server.upload(Files.writeString(archive, ShortArchive.messages(sessions)));
    KilledRun.Place place = new KilledRun.Place("s3a://" + S3ForTests.BUCKET, options(), reading());
    KilledRun run = new KilledRun(cluster, place, sessions, folder.resolve("tokens.log"));
    run.undisturbed();
    run.killed(SEED, kills);
    run.assertEqual();
    assertThat(run.bucketsBy()).isEqualTo("session");
    assertThat(store.faults()).isNotEmpty();
    assertThat(cluster.workLogs() + run.printed())
        .doesNotContain(S3ForTests.ACCESS, S3ForTests.SECRET);
  }

  /** With a file system of this test: that of the one before leads to a server that is gone. */
  private Map<String, String> reading() {
    Map<String, String> settings = new HashMap<>(server.settings());
    settings.put("fs.s3a.impl.disable.cache", "true");
    return settings;
  }

  /** Where the store is; no keys. */
  private List<String> options() {
    Map<String, String> settings =
        Map.of(
            "endpoint", store.endpoint(),
            "endpoint.region", "us-east-1",
            "path.style.access", "true",
            "input.stream.type", "classic",
            "retry.interval", "50ms",
            "retry.throttle.interval", "50ms");
    List<String> options = new ArrayList<>();
    settings.forEach(
        (name, value) ->
            options.addAll(List.of("--conf", "spark.hadoop.fs.s3a." + name + "=" + value)));
    return options;
  }
}
