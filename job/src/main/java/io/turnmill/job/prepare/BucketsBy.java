package io.turnmill.job.prepare;

/** How sessions came into their buckets. */
public enum BucketsBy {
  /** By the hash of the session id: records were shuffled, so that those of one session met. */
  SESSION("session"),

  /** By place in the input: each record held one session, and no text was shuffled. */
  INPUT("input");

  private final String wireName;

  BucketsBy(String wireName) {
    this.wireName = wireName;
  }

  /** The manifest's name of it. */
  public String wireName() {
    return wireName;
  }
}
