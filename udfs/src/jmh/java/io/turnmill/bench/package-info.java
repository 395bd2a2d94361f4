/**
 * How fast the engine is on a machine, and how good what it computes: programs that are started
 * with {@code submit/local.sh bench}, and JMH benches. They are compiled with the tests and are not
 * run with them; what was measured is in {@code RESULTS.md} in {@code src/jmh}. Open {@link
 * io.turnmill.bench.Ladder} first.
 */
package io.turnmill.bench;
