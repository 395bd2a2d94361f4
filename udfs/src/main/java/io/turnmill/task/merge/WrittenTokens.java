package io.turnmill.task.merge;

import io.turnmill.task.WrittenText;

/**
 * What it took to have texts written.
 *
 * @param prompt how many tokens the prompts have
 * @param cached how many of these were not computed again
 * @param completion how many tokens were drawn
 * @param computed how many tokens went through the model
 */
public record WrittenTokens(long prompt, long cached, long completion, long computed) {
  public static final WrittenTokens NONE = new WrittenTokens(0, 0, 0, 0);

  /** With those of another text. */
  public WrittenTokens plus(WrittenText written) {
    return new WrittenTokens(
        prompt + written.promptTokens(),
        cached + written.cachedTokens(),
        completion + written.completionTokens(),
        computed + written.computedTokens());
  }
}
