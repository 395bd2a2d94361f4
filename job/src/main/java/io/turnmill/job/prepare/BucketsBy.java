package io.turnmill.job.prepare;

/** How sessions were spread over buckets. */
public enum BucketsBy {
  /**
   * By the hash of the session id: records were shuffled to bring those of one session together.
   */
  SESSION("session"),

  /** By the place in the input: each record held a whole session, and no text was shuffled. */
  INPUT("input");

  private final String wireName;

  BucketsBy(String wireName) {
    this.wireName = wireName;
  }

  /** The name in the manifest. */
  public String wireName() {
    return wireName;
  }
}
