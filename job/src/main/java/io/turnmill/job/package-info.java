/**
 * The Spark job: {@code Main} turns arguments into a configuration and an exit code, {@code
 * Pipeline} is the job from one end to the other.
 */
package io.turnmill.job;
