package io.turnmill.job.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What is known of the prompts of a run, whose variants may have prompts of their own.
 *
 * @param manifest what {@code run.json} holds, if it lies beside the results
 */
public record RunPrompts(Optional<JsonNode> manifest) {

  /**
   * The prompts of a row of the results.
   *
   * @param variant the variant of the row, if the run has variants
   */
  public PromptFacts of(Optional<String> variant) {
    return manifest.map(of -> PromptFacts.of(of, variant)).orElse(PromptFacts.UNKNOWN);
  }
}
