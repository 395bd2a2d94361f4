package io.turnmill.job.prepare;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedBucket.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A staged data set: {@code table=sessions/bucket=N/} and {@code table=rejected/bucket=N/} under
 * one folder, and {@code buckets.jsonl}, which says what each bucket holds and in which files.
 *
 * @param facts the facts of the whole data set
 * @param buckets the buckets that are not empty, in order
 */
public record Prepared(Facts facts, List<StagedBucket> buckets) {
  private static final String INDEX = "buckets.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  public Prepared {
    buckets = List.copyOf(buckets);
  }

  /**
   * The facts of a staged data set as a whole.
   *
   * @param stagingDir its folder
   * @param bucketCount over how many buckets sessions were spread; some may be empty
   * @param bucketsBy how they were spread
   * @param counts the counts of reading and grouping
   */
  public record Facts(String stagingDir, int bucketCount, BucketsBy bucketsBy, Counts counts) {}

  /** The same data set, for an archive of which this share could not be read. */
  public Prepared losing(double share) {
    Facts same =
        new Facts(
            stagingDir(), facts.bucketCount(), facts.bucketsBy(), facts.counts().losing(share));
    return new Prepared(same, buckets);
  }

  /** Writes the list of the buckets beside them. Its size depends on their number only. */
  public void writeIndex(Configuration hadoop) throws IOException {
    Path index = new Path(stagingDir(), INDEX);
    FileSystem files = index.getFileSystem(hadoop);
    try (OutputStream out = files.create(index, true);
        SequenceWriter lines =
            JSON.writerFor(StagedBucket.class).withRootValueSeparator("\n").writeValues(out)) {
      for (StagedBucket bucket : buckets) {
        lines.write(bucket);
      }
    }
  }

  /**
   * Reads what {@link #writeIndex} wrote.
   *
   * @throws IOException when the list is missing or damaged
   */
  public static Prepared read(Facts facts, Configuration hadoop) throws IOException {
    Path index = new Path(facts.stagingDir(), INDEX);
    try (InputStream in = index.getFileSystem(hadoop).open(index);
        MappingIterator<StagedBucket> lines = JSON.readerFor(StagedBucket.class).readValues(in)) {
      return new Prepared(facts, lines.readAll());
    }
  }

  public String stagingDir() {
    return facts.stagingDir();
  }

  public int bucketCount() {
    return facts.bucketCount();
  }

  public BucketsBy bucketsBy() {
    return facts.bucketsBy();
  }

  public Counts counts() {
    return facts.counts();
  }

  /** The sizes of all sessions that the model is asked. */
  public Contents contents() {
    return counts().contents();
  }
}
