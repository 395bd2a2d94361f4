package io.turnmill.task;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of an item that two models may have been asked about.
 *
 * @param <R> what either model's task makes of an item
 * @param value the result that counts
 * @param bySecond whether it is that of the second model, perhaps with the first one's answers for
 *     turns that the second one could not answer
 * @param escalated whether the second model was asked at all
 * @param certainty how sure the first model was, from 0 to 1; empty if it has no result
 * @param unused what is not used of the result of the other model, if it was asked and has one
 */
public record Cascaded<R>(
    R value, boolean bySecond, boolean escalated, OptionalDouble certainty, Optional<R> unused) {}
