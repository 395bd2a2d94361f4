/**
 * The partition function: staged sessions in, inferred rows out, through the one model of this
 * executor. Where the model's folder comes from is a seam, {@link
 * io.turnmill.job.infer.PlacedLoader.Placement}, that {@code Pipeline} fills. Open {@link
 * io.turnmill.job.infer.Infer} first.
 */
package io.turnmill.job.infer;
