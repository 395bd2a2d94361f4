/**
 * How text and numbers fit a terminal: how wide they are, where lines break, tables, colours, and
 * control characters made harmless. Pure functions; nothing here reads a clock or a file, or knows
 * what a run is. Depends on nothing else in the job. Open {@link io.turnmill.job.terminal.Terminal}
 * first.
 */
package io.turnmill.job.terminal;
