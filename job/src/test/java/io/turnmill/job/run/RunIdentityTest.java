package io.turnmill.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SettingsLoader;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of an input that is another than before. */
class RunIdentityTest {
  @TempDir Path folder;

  private RunIdentity identity(String... listing) {
    JobConfig config =
        SettingsLoader.load(
            Optional.empty(),
            List.of(
                Assignment.of("model.path", "m", "--model"),
                Assignment.of("input.paths", "in", "--input"),
                Assignment.of("output.path", folder.toString(), "--output")));
    return RunIdentity.of(config, Map.of(), List.of(listing), "fingerprint");
  }

  private List<String> changes(RunIdentity before, RunIdentity now) throws IOException {
    OutputFolder output = OutputFolder.open(folder.toString(), new Configuration());
    output.write(new RunManifest(before.forManifest(), Map.of(), Instant.EPOCH, "{}", Map.of()));
    output.writeListing(before.listing());
    return now.changesSince(output.previous().orElseThrow());
  }

  @Test
  void theSameFilesAreTheSameRun() throws IOException {
    assertThat(changes(identity("a 1 x", "b c 2 y"), identity("a 1 x", "b c 2 y"))).isEmpty();
  }

  @Test
  void filesThatAreNewGoneOrChangedAreCountedAndOneOfEachIsNamed() throws IOException {
    RunIdentity before = identity("a 1 x", "b c 2 y", "d 3 z", "gone 2 1 x", "gone 1 1 x");
    RunIdentity now = identity("new 3 1 x", "new 1 1 x", "new 2 1 x", "a 1 x", "b c 2 yy", "d 4 z");
    assertThat(changes(before, now))
        .containsExactly(
            "the input: new: new 1 and 2 more",
            "the input: gone: gone 1 and 1 more",
            "the input: changed: b c and 1 more");
  }

  @Test
  void passwordsInAddressesAreNeverKept() {
    assertThat(identity("s3a://key:secret@bucket/a 1 x").listing())
        .containsExactly("s3a://***@bucket/a 1 x");
  }
}
