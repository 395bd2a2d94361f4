package io.turnmill.task;

import io.turnmill.task.Replies.Unanswered;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The result of a cascade's second model, with the first one's answers for the turns that the
 * second one could not answer.
 *
 * @param <R> what either model's task makes of an item
 * @param value the result that counts
 * @param unused what is left of the first model's result
 */
record FilledResult<R>(R value, R unused) {
  private static final Comparator<Reply> BY_TURN =
      Comparator.comparingInt(Reply::turn).thenComparingInt(Reply::choice);
  private static final Comparator<Classification> BY_PART =
      Comparator.comparingInt(FilledResult::turn);

  /**
   * @param second the result of the second model
   * @param first the result of the first one for the same item
   */
  @SuppressWarnings("unchecked") // what is made of replies are replies, and so are answers
  static <R> FilledResult<R> of(R second, R first) {
    if (second instanceof Replies has && first instanceof Replies other) {
      return (FilledResult<R>) ofReplies(has, other);
    }
    if (second instanceof Answers<?> has && first instanceof Answers<?> other) {
      return (FilledResult<R>)
          ofLabels((Answers<Classification>) has, (Answers<Classification>) other);
    }
    return new FilledResult<>(second, first);
  }

  private static FilledResult<Replies> ofReplies(Replies second, Replies first) {
    Set<Integer> gaps = gaps(second.unanswered());
    List<Reply> taken = first.replies().stream().filter(of -> gaps.contains(of.turn())).toList();
    Set<Integer> filled = taken.stream().map(Reply::turn).collect(Collectors.toSet());
    return new FilledResult<>(
        new Replies(sorted(second.replies(), taken, BY_TURN), without(second.unanswered(), filled)),
        new Replies(
            first.replies().stream().filter(of -> !gaps.contains(of.turn())).toList(),
            first.unanswered()));
  }

  /** Only labels have a certainty, so no other answers are in a cascade. */
  private static FilledResult<Answers<Classification>> ofLabels(
      Answers<Classification> second, Answers<Classification> first) {
    Set<Integer> gaps = gaps(second.unanswered());
    List<Classification> taken =
        first.answers().stream().filter(of -> gaps.contains(turn(of))).toList();
    Set<Integer> filled = taken.stream().map(FilledResult::turn).collect(Collectors.toSet());
    return new FilledResult<>(
        new Answers<>(
            sorted(second.answers(), taken, BY_PART), without(second.unanswered(), filled)),
        new Answers<>(
            first.answers().stream().filter(of -> !gaps.contains(turn(of))).toList(),
            first.unanswered()));
  }

  /** The turn of an answer; -1 for the whole session, which is never answered in part. */
  private static int turn(Classification answer) {
    return answer.turn().orElse(-1);
  }

  private static Set<Integer> gaps(List<Unanswered> unanswered) {
    return unanswered.stream().map(Unanswered::turn).collect(Collectors.toSet());
  }

  private static List<Unanswered> without(List<Unanswered> unanswered, Set<Integer> filled) {
    return unanswered.stream().filter(of -> !filled.contains(of.turn())).toList();
  }

  private static <A> List<A> sorted(List<A> answers, List<A> more, Comparator<A> order) {
    List<A> all = new ArrayList<>(answers);
    all.addAll(more);
    all.sort(order);
    return all;
  }
}
