package io.turnmill.job.run;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.AskedItems;
import java.util.Optional;

/**
 * How the buckets of a run are inferred.
 *
 * @param models the model of each bucket
 * @param items what they are asked about
 * @param inFlight where attempts note what they have in flight
 * @param cache the store of completions, if there is one
 * @param tally takes what the tasks did
 * @param keepsModels whether the models stay loaded at the end, because they are asked again
 */
public record Inference(
    BucketModels models,
    AskedItems items,
    InFlightStore inFlight,
    Optional<CompletionStore> cache,
    Tally tally,
    boolean keepsModels) {}
