/**
 * Model folders on the driver: settings turned into options of the runtime, folders that are
 * checked without their weights, and what the commands about models and templates ask. Depends on
 * {@code job.config}, {@code job.fetch}, {@code job.executor} (to run an encoder in this process),
 * {@code job.hadoop} and {@code job.spark}, and on {@code runtime} of the core. Open {@link
 * io.turnmill.job.models.ModelCheck} first.
 */
package io.turnmill.job.models;
