package io.turnmill.job.run;

import io.turnmill.job.config.LimitsConfig;
import io.turnmill.job.report.Remedies;
import io.turnmill.job.report.Totals;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much may fail or be rejected. The limits are on shares, so that they mean the same for every
 * archive: of the sessions, and of the records and messages, each by itself. The whole is known
 * when sessions are staged: what is too much by then stays too much.
 */
public record Limits(LimitsConfig config) {

  /**
   * Sentences for each limit that is passed, the commonest code and what may change it among them;
   * none when all is well. A file that could not be read weighs by its bytes, as if the records in
   * it were as the others: of the records and messages its share of the text is rejected, and of
   * the others those that were.
   */
  public List<String> passed(Totals totals, long failing) {
    List<String> passed = new ArrayList<>();
    long rejected =
        totals.recordsRejected()
            - totals.rejectedByCode().getOrDefault(RejectionCode.UNREADABLE_FILE.wireName(), 0L);
    if (add(
        passed,
        "failed_share",
        failing > 0 ? "sessions failed or end their executors" : "sessions failed",
        share(totals.sessionsFailed() + failing, totals.sessionsIn()),
        config.maxFailedShare())) {
      Remedies.sentence(totals.failedByCode()).ifPresent(passed::add);
    }
    if (add(
        passed,
        "rejected_share",
        "sessions were rejected",
        share(totals.sessionsRejected(), totals.sessionsIn()),
        config.maxRejectedShare())) {
      Remedies.sentence(totals.rejectedByCode(scope -> scope == Scope.SESSION))
          .ifPresent(passed::add);
    }
    if (add(
        passed,
        "rejected_share",
        totals.lostShare() > 0
            ? "records and messages were rejected or are in files that cannot be read"
            : "records and messages were rejected",
        totals.lostShare()
            + (1 - totals.lostShare()) * share(rejected, totals.messages() + rejected),
        config.maxRejectedShare())) {
      Remedies.sentence(totals.rejectedByCode(Limits::isByItself)).ifPresent(passed::add);
    }
    return passed;
  }

  /** Whether any limit is passed; see {@link #passed}. */
  boolean arePassed(Totals totals, long failing) {
    return !passed(totals, failing).isEmpty();
  }

  private static boolean isByItself(Scope scope) {
    return scope == Scope.RECORD || scope == Scope.MESSAGE || scope == Scope.FILE;
  }

  /** Whether the limit is passed; then there is a sentence more. */
  private static boolean add(
      List<String> passed, String limit, String what, double share, double most) {
    if (share > most) {
      passed.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the %s; limits.max_%s = %s allows less.",
              100 * share,
              what,
              limit,
              most));
    }
    return share > most;
  }

  private static double share(long part, long all) {
    return all == 0 ? 0 : (double) part / all;
  }
}
