package io.turnmill.job.show;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What the manifest of a run says of its prompts, as far as it matters for what the model was
 * shown.
 *
 * @param repliesStandIn whether the model's replies stood in the place of the archive's, as in
 *     {@code rollout}
 * @param isWhole whether the messages after the turn that is answered were shown, too
 */
record ShownTask(boolean repliesStandIn, boolean isWhole) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the results lie without their manifest. */
  static final ShownTask UNKNOWN = new ShownTask(false, false);

  /**
   * Reads the settings of a manifest; a damaged one says nothing.
   *
   * @param manifest the text of {@code run.json}
   */
  static ShownTask of(String manifest) {
    try {
      JsonNode settings = JSON.readTree(manifest).path("settings");
      boolean isReply = settings.path("task.kind").asText("reply").equals("reply");
      boolean isWhole =
          !settings.path("prompt.message").asText("").isEmpty()
              || !settings.path("prompt.message_file").asText("").isEmpty()
              || settings.path("prompt.continue_final_message").asBoolean();
      return new ShownTask(
          settings.path("task.kind").asText("").equals("rollout"), isReply && isWhole);
    } catch (JsonProcessingException e) {
      return UNKNOWN;
    }
  }
}
