package io.turnmill.job.run;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.quarantine.InFlightStore;
import java.util.Optional;

/**
 * How the buckets of a run are inferred.
 *
 * @param models the model of each bucket
 * @param inFlight where attempts note what they have in flight
 * @param cache of replies, if there is one
 * @param tally takes what the tasks did
 */
public record Inference(
    BucketModels models, InFlightStore inFlight, Optional<ReplyCache> cache, Tally tally) {}
