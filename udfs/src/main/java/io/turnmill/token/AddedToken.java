package io.turnmill.token;

/**
 * A token that a tokenizer recognises by its spelling before it splits anything else, as listed in
 * {@code added_tokens} of {@code tokenizer.json}.
 *
 * @param id its id
 * @param content its spelling, not empty
 * @param special left out by {@link Tokenizer#decode}
 * @param lstrip white space before it belongs to it
 * @param rstrip white space behind it belongs to it
 */
public record AddedToken(int id, String content, boolean special, boolean lstrip, boolean rstrip) {}
