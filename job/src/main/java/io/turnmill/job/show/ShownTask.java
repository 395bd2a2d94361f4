package io.turnmill.job.show;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the manifest of a run says of its prompts, as far as it matters for what the model was
 * shown.
 *
 * @param repliesStandIn whether the model's replies stood in the place of the archive's, as in
 *     {@code rollout}
 * @param isWhole whether the messages after the turn that is answered were shown, too
 */
record ShownTask(boolean repliesStandIn, boolean isWhole) {
  /** Where the results lie without their manifest. */
  static final ShownTask UNKNOWN = new ShownTask(false, false);

  /**
   * Reads the settings of a manifest.
   *
   * @param manifest what {@code run.json} holds
   */
  static ShownTask of(JsonNode manifest) {
    JsonNode settings = manifest.path("settings");
    boolean isReply = settings.path("task.kind").asText("reply").equals("reply");
    boolean isWhole =
        !settings.path("prompt.message").asText("").isEmpty()
            || !settings.path("prompt.message_file").asText("").isEmpty()
            || settings.path("prompt.continue_final_message").asBoolean();
    return new ShownTask(
        settings.path("task.kind").asText("").equals("rollout"), isReply && isWhole);
  }
}
