package io.turnmill.model;

import java.util.Optional;

/**
 * What a LoRA adapter adds to a matrix: {@code scaling · b · a}, with a [rank, in] and b [out,
 * rank]; for an embedding matrix [rows, width] the transpose of that product, with a [rank, rows]
 * and b [width, rank].
 *
 * @param transposed whether the matrix is an embedding
 * @param magnitude of DoRA, [out]: the length of each row after merging
 */
public record LowRankUpdate(
    StoredTensor a,
    StoredTensor b,
    double scaling,
    boolean transposed,
    Optional<StoredTensor> magnitude) {}
