package io.turnmill.prompt.jinja;

/**
 * What one rendering may cost, so that a template which came with an untrusted model ends.
 *
 * @param maxSteps evaluated nodes, plus one for every 16 characters or items made
 * @param maxDepth nested evaluations: expressions, blocks and macro calls together
 * @param maxChars length of any one string, the rendered text included
 */
public record Limits(long maxSteps, int maxDepth, int maxChars) {
  /** Far above what any conversation that fits a model needs. */
  public static final Limits DEFAULT = new Limits(50_000_000, 800, 32 << 20);
}
