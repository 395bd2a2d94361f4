package io.turnmill.inference;

import io.turnmill.engine.TokenBatch;
import io.turnmill.token.TokenIds;

/**
 * One whole text for an encoder: what a {@link TokenBatch.Row} of it is packed from.
 *
 * @param ids at least one
 * @param types as many
 * @param skipped tokens at its beginning, those of a prompt, that do not count when states are
 *     pooled
 */
public record TextRow(TokenIds ids, TokenIds types, int skipped) {}
