/**
 * The partition function: staged sessions in, inferred rows out, through the one model of this
 * executor. Open {@link io.turnmill.job.infer.Infer} first.
 */
package io.turnmill.job.infer;
