package io.turnmill.job;

import io.turnmill.bench.Table;
import java.util.Locale;

/** What {@link JobBench} compares the job with, for one task. */
interface Comparison {

  /** Prints what is compared, and the titles of the table. */
  void begin() throws Exception;

  /** Does it once and prints the lines. */
  void round() throws Exception;

  /**
   * Prints the lines of an engine alone and of the job, which did the same work.
   *
   * @param bare seconds of the engine alone
   */
  static void print(double bare, JobRun job, long tokens) {
    line("bare engine", bare, bare, tokens);
    line("the job: inference", job.inference(), bare, tokens);
    line("the job: whole", job.whole(), bare, tokens);
    System.out.println();
    System.out.println(job.parts());
    System.out.println();
  }

  private static void line(String what, double seconds, double bare, long tokens) {
    Table.row(
        what,
        Table.number(seconds, 1),
        Table.number(tokens / seconds, 0),
        Table.number(bare / seconds, 3));
  }

  /** Prints the titles for {@link #print}. */
  static void head() {
    Table.head("", "seconds", "tokens/s", "of the bare engine");
  }

  /** Throws unless two ways did equally much. */
  static void checkSame(String what, long one, long other) {
    if (one != other) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%,d %s in one way, %,d in the other", one, what, other));
    }
  }
}
