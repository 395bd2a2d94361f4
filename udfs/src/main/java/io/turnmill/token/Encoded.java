package io.turnmill.token;

/**
 * A text, or a pair of texts, as an encoder reads it.
 *
 * @param ids special tokens included
 * @param types which of the two texts each token belongs to, as the tokenizer says it; as long as
 *     {@code ids}
 */
public record Encoded(TokenIds ids, TokenIds types) {}
