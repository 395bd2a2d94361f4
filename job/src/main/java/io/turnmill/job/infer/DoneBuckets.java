package io.turnmill.job.infer;

import java.io.IOException;
import java.io.Serializable;

/** Tells a task which buckets are done already. */
@FunctionalInterface
public interface DoneBuckets extends Serializable {
  boolean contains(int bucket) throws IOException;
}
