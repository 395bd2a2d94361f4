package io.turnmill.prompt;

import java.util.Map;

/**
 * The special tokens that a template can name: {@code bos_token}, {@code eos_token} and others. One
 * that the model does not have, or has as null or as an empty text, is absent here and undefined in
 * the template.
 */
public record SpecialTokens(Map<String, String> byName) {
  public static final SpecialTokens NONE = new SpecialTokens(Map.of());

  public SpecialTokens {
    byName = Map.copyOf(byName);
  }
}
