package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * From the archive to staged sessions. Their records are shuffled, unless each seems to hold a
 * session of its own and nothing else asks for it: then they are staged as they are read, and
 * shuffled only if it turns out that they must be.
 */
public record Staging(
    JobConfig config,
    HadoopConf hadoop,
    Optional<EvenSample> trial,
    Retry retry,
    Consumer<String> notes) {
  public Staging(JobConfig config, HadoopConf hadoop, Consumer<String> notes) {
    this(config, hadoop, Optional.empty(), notes);
  }

  /**
   * @param trial the only sessions that are staged, if this is a trial
   */
  public Staging(
      JobConfig config, HadoopConf hadoop, Optional<EvenSample> trial, Consumer<String> notes) {
    this(config, hadoop, trial, Retry.of(Retry.Times.UNDER_WAY), notes);
  }

  /**
   * What is staged already, or else staged now.
   *
   * @throws IOException when another run took the lock away; then nothing is recorded
   */
  public Prepared open(Archive archive, OutputFolder output, RunLock lock, Ledger ledger)
      throws IOException {
    return new StagedStep(output, lock, ledger, hadoop).open(folder -> staged(archive, folder));
  }

  private Prepared staged(Archive archive, Path folder) throws IOException {
    Archive known = archive.withLostFiles();
    Optional<Prepared> all = stage(known, folder);
    while (known.hasLostMore()) {
      known = known.withLostFiles();
      notes.accept(lost(known.lostFiles()));
      remove(folder);
      all = stage(known, folder);
    }
    return all.orElseThrow().losing(known.lostShare());
  }

  /**
   * Returns nothing where files turned out to be lost before everything was staged, as all of it
   * would be void.
   */
  private Optional<Prepared> stage(Archive archive, Path folder) throws IOException {
    Prepare.Target target = new Prepare.Target(folder.toString(), hadoop);
    int slots = archive.slots();
    BucketPlan plan = BucketPlan.choose(config.output().buckets(), archive.textBytes(), slots);
    Archive.Reading reading = archive.reading();
    Prepare.Rules rules = Prepare.Rules.of(config, archive.hasLostFiles());
    if (trial.isPresent()) {
      return Optional.of(Prepare.stageDrawn(reading.entries(), rules, plan, trial.get(), target));
    }
    // The cache finds the replies of a session by the bucket of its id.
    if (config.cache().path().isEmpty()
        && !rules.filesLost()
        && !rules.needGrouping()
        && BucketPlan.isEven(reading.taskBytes(), slots)
        && EntryRows.areSessions(archive.heads())) {
      Optional<Prepared> staged =
          Prepare.stageAsRead(reading.entries(), reading.taskBytes(), rules, plan, target);
      if (staged.isPresent() || archive.hasLostMore()) {
        return staged;
      }
      notes.accept(
          "Session ids stand in several records, or text is spread unevenly over the input:"
              + " sessions are staged again, by id.");
      remove(folder);
    }
    return Optional.of(Prepare.stage(reading.entries(), rules, plan, target));
  }

  private void remove(Path folder) throws IOException {
    retry.run("removing " + folder, () -> folder.getFileSystem(hadoop.get()).delete(folder, true));
  }

  private static String lost(int files) {
    return "%s %s cannot be read to the end: sessions are staged again, and those are rejected that"
            .formatted(files, files == 1 ? "file" : "files")
        + " have a record in such a file or lack turns. Whether any other session lacks turns cannot be"
        + " told.";
  }
}
