package io.turnmill.job.infer;

import java.io.IOException;
import java.io.Serializable;

/** Which buckets are done already, as a task sees it when it begins. */
@FunctionalInterface
public interface DoneBuckets extends Serializable {
  boolean contains(int bucket) throws IOException;
}
