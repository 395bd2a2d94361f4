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
 * How much may fail or be rejected. The limits are on shares of the sessions, and of the records
 * and messages that stand by themselves, so that they mean the same for every archive. The whole is
 * known when sessions are staged, so that a limit that is passed stays passed.
 */
public record RunLimits(LimitsConfig config) {

  /**
   * Says which limits are passed: a sentence for each, followed by one with the commonest code and
   * the setting that may change it. A file that could not be read weighs by its bytes, as if its
   * records were like the others: its share of the text counts as rejected, and of the rest the
   * records and messages that were rejected. Sessions that are left out of a sample weigh as if the
   * model had done with them as with the others, and so do duplicates that are rejected because a
   * setting asks for that.
   *
   * @param totals what is known of all sessions; what is not known yet counts as neither failed nor
   *     rejected
   * @param failing further sessions of which it is certain that they fail, because they end the
   *     executors that run them
   * @return nothing when no limit is passed
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
        ofAll(totals, 0, totals.sessionsFailed() + failing),
        config.maxFailedShare())) {
      Remedies.sentence(totals.failedByCode()).ifPresent(passed::add);
    }
    if (add(
        passed,
        "rejected_share",
        "sessions were rejected",
        ofAll(totals, early(totals), rejectedByModel(totals)),
        config.maxRejectedShare())) {
      Remedies.sentence(totals.sessionsRejectedByCode()).ifPresent(passed::add);
    }
    if (add(
        passed,
        "rejected_share",
        totals.lostShare() > 0
            ? "records and messages were rejected or are in files that cannot be read"
            : "records and messages were rejected",
        totals.lostShare()
            + (1 - totals.lostShare())
                * share(
                    rejected, totals.messages() + totals.selection().unaskedMessages() + rejected),
        config.maxRejectedShare())) {
      Remedies.sentence(totals.rejectedByCode(RunLimits::isByItself)).ifPresent(passed::add);
    }
    return passed;
  }

  /** Sessions that the checks rejected before a sample was drawn. */
  private static long early(Totals totals) {
    return totals.sessionsIn()
        - totals.selection().leftOut()
        - totals.selection().toBeAnswered()
        - totals.sessionsRejectedAsDuplicates();
  }

  /** Sessions that were rejected when the model was to be asked. */
  private static long rejectedByModel(Totals totals) {
    return totals.sessionsRejected() - early(totals) - totals.sessionsRejectedAsDuplicates();
  }

  /**
   * A share of all sessions, where those that passed the checks weigh as if all of them had been
   * answered.
   *
   * @param early how many of the others count
   * @param answered how many of the sessions count that were to be answered
   */
  private static double ofAll(Totals totals, long early, long answered) {
    long toBeAnswered = totals.selection().toBeAnswered();
    double passedChecks = totals.sessionsIn() - early(totals);
    double weight = toBeAnswered == 0 ? 0 : passedChecks / toBeAnswered;
    return totals.sessionsIn() == 0 ? 0 : (early + answered * weight) / totals.sessionsIn();
  }

  /** Whether any limit is passed, so that the run should end; see {@link #passed}. */
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
