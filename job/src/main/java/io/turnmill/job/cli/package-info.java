/**
 * The command line: one class for each command, the exit codes, and what people read when a command
 * fails. A command reads its options, asks one of the seams in {@link
 * io.turnmill.job.cli.CommandContext} and prints what comes back. May use every package of the job
 * but the root, which starts it. Open {@link io.turnmill.job.cli.TurnmillCommand} first.
 */
package io.turnmill.job.cli;
