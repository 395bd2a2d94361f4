package io.turnmill.job.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one bucket of the staged data holds, and in which files: what staging hands on to inference
 * and to writing.
 *
 * @param contents of its sessions
 * @param rejected rows of its rejections, by scope and code
 * @param sessionFiles with rows of {@link StagedRows} without the bucket, below the staging folder
 * @param rejectedFiles with rows of {@link RejectedRows}, below the staging folder
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
    // Maps and lists of the JDK travel, whatever was given.
    rejected = new TreeMap<>(rejected);
    sessionFiles = List.copyOf(sessionFiles);
    rejectedFiles = List.copyOf(rejectedFiles);
  }

  /**
   * Sizes of sessions.
   *
   * @param sessions that are put to the model
   * @param messages of these sessions
   * @param characters of these messages, in code points
   * @param mostMessages of one session
   * @param mostCharacters of one session, not always the one of {@code mostMessages}
   */
  public record Contents(
      long sessions, long messages, long characters, long mostMessages, long mostCharacters)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final Contents NONE = new Contents(0, 0, 0, 0, 0);

    public Contents plus(Contents more) {
      return new Contents(
          sessions + more.sessions,
          messages + more.messages,
          characters + more.characters,
          Math.max(mostMessages, more.mostMessages),
          Math.max(mostCharacters, more.mostCharacters));
    }
  }

  /** Sessions that are put to the model. */
  public long sessions() {
    return contents.sessions();
  }

  /** Rows of the bucket's rejections. */
  public long rejectedRows() {
    return rejected.values().stream()
        .flatMap(codes -> codes.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Rows of the bucket's rejections of one scope. */
  public long rejectedRows(String scope) {
    return rejected.getOrDefault(scope, Map.of()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** This bucket with what another task staged of it. */
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
