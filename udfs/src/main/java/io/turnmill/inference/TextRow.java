package io.turnmill.inference;

import io.turnmill.token.TokenIds;

/**
 * One whole text for an encoder, which becomes one row of a batch.
 *
 * @param ids at least one
 * @param types the type of each id
 * @param skipped tokens at its beginning, those of a prompt, that do not count when states are
 *     pooled
 */
public record TextRow(TokenIds ids, TokenIds types, int skipped) {}
