package io.turnmill.job.quarantine;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Parallel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where the attempts at buckets note which sessions they have in flight. Travels with the tasks.
 *
 * @param root folder of all notes, on any Hadoop file system; each bucket has a folder below it
 * @param hadoop settings of that file system
 * @param job that is under way
 * @param maxDeaths at this many deaths of its executor a session in flight counts as their cause
 */
public record InFlightStore(String root, HadoopConf hadoop, JobAttempt job, int maxDeaths)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String BUCKET = "bucket-";

  /** One task attempts one bucket at a time, and another one only after it. */
  private static final int THE_PART = 0;

  /** An object store answers in tens of milliseconds, and many questions at once. */
  private static final int READERS = 32;

  /** Stands for no part: all attempts of the present job are under way. */
  private static final int NO_PART = -1;

  /** The same place, for the next job over the buckets that are left. */
  public InFlightStore nextJob() {
    return new InFlightStore(root, hadoop, job.next(), maxDeaths);
  }

  /**
   * Deaths of executors at which sessions of a bucket were in flight.
   *
   * @param before those during the jobs before the present one
   * @param after those during the present one, too
   */
  public record JobLosses(ExecutorLosses before, ExecutorLosses after) {}

  /**
   * The deaths by bucket, when this job is over; for the driver, when no attempt is under way. A
   * bucket that nobody attempts has no folder, so that the time grows with the buckets under way.
   */
  public Map<Integer, JobLosses> deaths() throws IOException {
    List<Integer> buckets = new ArrayList<>();
    Path folder = new Path(root);
    for (FileStatus below : list(folder.getFileSystem(hadoop.get()), folder)) {
      String name = below.getPath().getName();
      if (name.matches(BUCKET + "\\d{1,9}")) {
        buckets.add(Integer.valueOf(name.substring(BUCKET.length())));
      }
    }
    Map<Integer, JobLosses> deaths = new TreeMap<>();
    try (Parallel readers = new Parallel(READERS)) {
      List<JobLosses> read = readers.map(buckets, this::jobLosses);
      for (int i = 0; i < buckets.size(); i++) {
        deaths.put(buckets.get(i), read.get(i));
      }
    }
    return deaths;
  }

  private JobLosses jobLosses(int bucket) throws IOException {
    Map<TaskAttempt, Set<Long>> left = notes(bucket).read();
    return new JobLosses(
        ExecutorLosses.count(left, job, NO_PART), ExecutorLosses.count(left, job.next(), NO_PART));
  }

  /** The deaths during earlier jobs, and at earlier attempts at the bucket during this one. */
  public ExecutorLosses deaths(int bucket) throws IOException {
    return ExecutorLosses.count(notes(bucket).read(), job, THE_PART);
  }

  /**
   * Opens the log of an attempt.
   *
   * @param id of the task
   * @param local whether this process is the driver's own
   */
  public InFlightLog log(int bucket, long id, boolean local) throws IOException {
    return InFlightLog.open(notes(bucket), new TaskAttempt(job, THE_PART, id, local));
  }

  /** Removes what was noted of a bucket that is done. */
  public void remove(int bucket) throws IOException {
    Path folder = folder(bucket);
    folder.getFileSystem(hadoop.get()).delete(folder, true);
  }

  private Path folder(int bucket) {
    return new Path(root, BUCKET + bucket);
  }

  private InFlightFiles notes(int bucket) throws IOException {
    Path path = folder(bucket);
    return new InFlightFiles(path.getFileSystem(hadoop.get()), path);
  }

  private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
