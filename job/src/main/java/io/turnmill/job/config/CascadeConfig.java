package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

/** The second model, which is asked about the sessions of which the first one is unsure. */
public record CascadeConfig(
    @Doc(
            "Folder of a second model, like model.path, that is asked the same about the sessions of"
                + " which the first one is unsure or has no answer; empty: none.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String path,
    @Doc("LoRA adapter of the second model.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String adapter,
    @Doc("Precision of the second model's arithmetic, like model.dtype.") @Default("auto")
        ModelConfig.Dtype dtype,
    @Doc("Like model.quantization, of the second model.") @Default("none")
        ModelConfig.Quantization quantization,
    @Doc(
            "The second model is asked where the lowest confidence of the first one's replies to the"
                + " session, or the lowest score of its labels, is below this.")
        @Default("0.5")
        @Range(from = 0, to = 1)
        double below)
    implements Serializable {

  /** Whether there is a second model. */
  public boolean isSet() {
    return !path.isEmpty();
  }
}
