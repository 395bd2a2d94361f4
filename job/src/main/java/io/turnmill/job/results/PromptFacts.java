package io.turnmill.job.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What the manifest of a run says of its prompts, as far as it matters for what the model was
 * shown.
 *
 * @param kind the task; empty if it is not known
 * @param isTemplate whether a template of the settings made one message of the session
 * @param continuesFinalMessage whether the last message of a session was continued where it is the
 *     assistant's
 */
public record PromptFacts(String kind, boolean isTemplate, boolean continuesFinalMessage) {
  /** Where the results lie without their manifest. */
  public static final PromptFacts UNKNOWN = new PromptFacts("", false, false);

  static final String ASSISTANT = "assistant";

  private static final String REPLY = "reply";
  private static final String ROLLOUT = "rollout";

  /**
   * Reads the settings of a manifest.
   *
   * @param manifest what {@code run.json} holds
   * @param variant whose prompts are meant, if the run has variants
   */
  public static PromptFacts of(JsonNode manifest, Optional<String> variant) {
    Settings settings = new Settings(manifest.path("settings"), changes(manifest, variant));
    return new PromptFacts(
        settings.get("task.kind").asText(REPLY),
        !settings.get("prompt.message").asText("").isEmpty()
            || !settings.get("prompt.message_file").asText("").isEmpty(),
        settings.get("prompt.continue_final_message").asBoolean());
  }

  /** The settings that a variant changes, by key. */
  private static Optional<JsonNode> changes(JsonNode manifest, Optional<String> variant) {
    for (JsonNode one : manifest.path("variants")) {
      if (variant.equals(Optional.of(one.path("name").asText()))) {
        return Optional.of(one.path("settings"));
      }
    }
    return Optional.empty();
  }

  /** The settings of a run, and those that a variant changes. */
  private record Settings(JsonNode all, Optional<JsonNode> changes) {
    JsonNode get(String key) {
      return changes.filter(of -> of.has(key)).orElse(all).path(key);
    }
  }

  /** Whether the model's own replies stood in the place of the archive's. */
  boolean repliesStandIn() {
    return kind.equals(ROLLOUT);
  }

  /** Whether the model's own replies stood in the place of messages of a role. */
  public boolean replaces(String role) {
    return repliesStandIn() && role.equals(ASSISTANT);
  }

  /** Whether only the last user turn of a session was asked about. */
  boolean isAboutLastTurn() {
    return kind.equals(REPLY);
  }
}
