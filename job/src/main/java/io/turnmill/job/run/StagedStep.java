package io.turnmill.job.run;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A data set that a run stages once: what an earlier attempt has recorded, or else what is staged
 * now, in a folder of its own. A run that lost the lock meanwhile spoils nothing.
 *
 * @param output the folder below which it is staged
 * @param ledger records it
 */
record StagedStep(OutputFolder output, RunLock lock, Ledger ledger, HadoopConf hadoop) {

  /** Stages a data set. */
  @FunctionalInterface
  interface Staged {
    /**
     * Stages it.
     *
     * @param folder in which only this attempt writes
     */
    Prepared in(Path folder) throws IOException;
  }

  /**
   * The data set.
   *
   * @throws IOException when another run took the lock away; then nothing is recorded
   */
  Prepared open(Staged stage) throws IOException {
    Retry retry = Retry.of(Retry.Times.UNDER_WAY);
    Optional<Prepared.Facts> there = ledger.staged(Prepared.Facts.class);
    Prepared staged =
        there.isPresent()
            ? retry.call("reading what is staged", () -> Prepared.read(there.get(), hadoop.get()))
            : record(stage, retry);
    ledger.checkLock();
    output.removeStagedBut(staged.stagingDir());
    return staged;
  }

  private Prepared record(Staged stage, Retry retry) throws IOException {
    try {
      Prepared staged = stage.in(output.staged(lock));
      retry.run("recording what is staged", () -> staged.writeIndex(hadoop.get()));
      ledger.commitStaged(staged.facts());
      return staged;
    } catch (Exception e) {
      // The run that took the lock away removes this folder, perhaps in the middle of writing or
      // counting.
      ledger.checkLock();
      throw e;
    }
  }
}
