package io.turnmill.job.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contents and files of one bucket of the staged data, which inference and writing take from
 * staging.
 *
 * @param contents the sizes of its sessions
 * @param rejected the number of its rejections, by scope and code
 * @param sessionFiles paths below the staging folder of files with rows of {@link StagedRows},
 *     without the bucket
 * @param rejectedFiles paths below the staging folder of files with rows of {@link RejectedRows}
 */
public record StagedBucket(
    int bucket,
    Contents contents,
    Map<String, Map<String, Long>> rejected,
    List<String> sessionFiles,
    List<String> rejectedFiles)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public StagedBucket {
    // The JDK's maps and lists can be serialized, whatever was given.
    rejected = new TreeMap<>(rejected);
    sessionFiles = List.copyOf(sessionFiles);
    rejectedFiles = List.copyOf(rejectedFiles);
  }

  /**
   * The sizes of some sessions.
   *
   * @param sessions how many sessions get a result: the model is asked, or it is copied
   * @param messages how many messages those have that the model is asked
   * @param characters how many characters these messages have, in code points
   * @param mostMessages the most messages of one session
   * @param mostCharacters the most characters of one session, not always that of {@code
   *     mostMessages}
   */
  public record Contents(
      long sessions, long messages, long characters, long mostMessages, long mostCharacters)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final Contents NONE = new Contents(0, 0, 0, 0, 0);

    /** The same sizes for another number of sessions that the model is asked. */
    public Contents withSessions(long asked) {
      return new Contents(asked, messages, characters, mostMessages, mostCharacters);
    }

    public Contents plus(Contents more) {
      return new Contents(
          sessions + more.sessions,
          messages + more.messages,
          characters + more.characters,
          Math.max(mostMessages, more.mostMessages),
          Math.max(mostCharacters, more.mostCharacters));
    }
  }

  /**
   * The same sessions, or some of them, for another question: a bucket without the rejections,
   * which are written once.
   *
   * @param bucket its number
   * @param contents the sizes of these sessions
   */
  public StagedBucket askedAgain(int bucket, Contents contents) {
    return new StagedBucket(bucket, contents, Map.of(), sessionFiles, List.of());
  }

  /**
   * The rejections alone, for a staging in another folder.
   *
   * @param folder the folder of this staging
   */
  public StagedBucket rejectionsAlone(String folder) {
    List<String> files = rejectedFiles.stream().map(file -> folder + "/" + file).toList();
    return new StagedBucket(bucket, Contents.NONE, rejected, List.of(), files);
  }

  /** The same bucket, of which only some sessions are asked. */
  public StagedBucket with(Contents contents) {
    return new StagedBucket(bucket, contents, rejected, sessionFiles, rejectedFiles);
  }

  /** How many sessions get a result: the model is asked, or it is copied. */
  public long sessions() {
    return contents.sessions();
  }

  /** How many rejections the bucket has. */
  public long rejectedRows() {
    return rejected.values().stream()
        .flatMap(codes -> codes.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** How many of its sessions or documents were rejected as a whole. */
  public long rejectedItems() {
    return CodeCounts.items(rejected);
  }

  /** This bucket together with the part of it that another task staged. */
  public StagedBucket plus(StagedBucket more) {
    return new StagedBucket(
        bucket,
        contents.plus(more.contents),
        CodeCounts.sum(rejected, more.rejected),
        joined(sessionFiles, more.sessionFiles),
        joined(rejectedFiles, more.rejectedFiles));
  }

  private static List<String> joined(List<String> files, List<String> more) {
    List<String> all = new ArrayList<>(files);
    all.addAll(more);
    return all;
  }
}
