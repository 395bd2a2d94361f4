package io.turnmill.job.run;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.quarantine.InFlightStore;
import java.util.Optional;

/**
 * How the buckets of a run are inferred.
 *
 * @param loader of the model, on executors
 * @param inFlight where attempts note what they have in flight
 * @param cache the store of completions, if there is one
 * @param tally takes what the tasks did
 */
public record Inference(
    ModelLoader loader, InFlightStore inFlight, Optional<CompletionStore> cache, Tally tally) {}
