package io.turnmill.task;

import io.turnmill.session.Session;
import java.util.List;
import java.util.function.Function;

/**
 * A task that asks a model about parts of each session, which do not depend on one another.
 *
 * @param <A> the answer for one part
 */
public final class QuestionsTask<A> implements Task<Session, Answers<A>> {
  private final TaskKind kind;
  private final String scope;
  private final Questions<A> questions;

  /** The questions about a session. */
  interface Questions<A> {
    /** The questions, in the order of the session; none if the session has no such part. */
    List<Question<A>> about(Session session);
  }

  /** A task of which the requests say all that outcomes depend on. */
  QuestionsTask(TaskKind kind, Questions<A> questions) {
    this(kind, "", questions);
  }

  /**
   * @param scope see {@link #scope}
   */
  QuestionsTask(TaskKind kind, String scope, Questions<A> questions) {
    this.kind = kind;
    this.scope = scope;
    this.questions = questions;
  }

  @Override
  public String name() {
    return kind.wireName();
  }

  @Override
  public String scope() {
    return scope;
  }

  @Override
  public <T> ItemWork<T, Answers<A>> begin(
      T row, Function<? super T, ? extends Session> sessionOf) {
    return new QuestionsWork<>(row, () -> questions.about(sessionOf.apply(row)));
  }
}
