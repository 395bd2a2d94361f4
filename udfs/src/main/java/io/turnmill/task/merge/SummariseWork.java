package io.turnmill.task.merge;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Answers;
import io.turnmill.task.AtOnce;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Prompts;
import io.turnmill.task.RequestFailures;
import io.turnmill.task.TaskResult;
import io.turnmill.task.WrittenText;
import io.turnmill.task.merge.ReduceTree.SummaryGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The work on one item of {@link SummariseTask}. All groups of a round are asked about at once;
 * after a failure no further one is.
 *
 * @param <T> the row that the item came from
 */
final class SummariseWork<T> implements ItemWork<T, MergedSummary> {
  private final SummariseTask task;
  private final T row;
  private final SummaryTally tally = new SummaryTally();
  private ChunkedItem<Answers<WrittenText>> item;

  /** What is put together in this round, none of it blank, and the tokens of the first of them. */
  private List<WrittenText> texts = List.of();

  private final List<Integer> tokens = new ArrayList<>();

  private Optional<ReduceRoom> room = Optional.empty();

  /** The groups of this round; empty until all tokens are counted. */
  private List<SummaryGroup> groups = List.of();

  /** The places of the groups that were not asked about yet. */
  private final Deque<Integer> waiting = new ArrayDeque<>();

  private final IdentityHashMap<Request, OpenGroup> underWay = new IdentityHashMap<>();

  /** By the places of the groups, the summary of each, or why there is none. */
  private final NavigableMap<Integer, TaskResult<WrittenText>> answered = new TreeMap<>();

  private TaskResult<MergedSummary> result;

  /** A group that was asked about. */
  private record OpenGroup(int place, Prompt prompt) {}

  SummariseWork(
      SummariseTask task,
      T row,
      Function<? super T, ? extends ChunkedItem<Answers<WrittenText>>> itemOf) {
    this.task = task;
    this.row = row;
    try {
      item = itemOf.apply(row);
      MergeTask.<Answers<WrittenText>, MergedSummary>withoutAny(item)
          .ifPresentOrElse(none -> result = none, () -> begin(tally.written(item)));
    } catch (RuntimeException | Error thrown) {
      result = TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown));
    }
  }

  /** Begins a round, or ends with what is left. */
  private void begin(List<WrittenText> written) {
    groups = List.of();
    tokens.clear();
    texts = written.stream().filter(of -> !of.text().isBlank()).toList();
    if (texts.isEmpty() || (texts.size() == 1 && !task.alwaysLast())) {
      finish(texts.isEmpty() ? written.get(0) : texts.get(0));
    }
  }

  private void finish(WrittenText last) {
    result = new TaskResult.Ok<>(tally.summary(last));
  }

  @Override
  public List<Request> next() {
    List<Request> requests = new ArrayList<>();
    if (result != null || (groups.isEmpty() && !group())) {
      return requests;
    }
    long chars = 0;
    while (!waiting.isEmpty() && chars < AtOnce.LIMIT_CHARS) {
      int place = waiting.removeFirst();
      List<WrittenText> members = texts.subList(groups.get(place).from(), groups.get(place).to());
      boolean isWanted = groups.size() == 1 && task.alwaysLast();
      if (members.size() == 1 && !isWanted) {
        answered.put(place, new TaskResult.Ok<>(members.get(0)));
      } else {
        chars += members.stream().mapToLong(of -> of.text().length()).sum();
        requests.addAll(ask(place, members));
      }
    }
    finishRound();
    return requests;
  }

  /**
   * Counts tokens, for as long as a call may take, and makes the groups of this round of them.
   *
   * @return whether there are groups now
   */
  private boolean group() {
    long chars = 0;
    while (tokens.size() < texts.size() && chars < AtOnce.LIMIT_CHARS) {
      String text = texts.get(tokens.size()).text();
      tokens.add(task.writer().tokens(text));
      chars += text.length();
    }
    if (tokens.size() < texts.size()) {
      return false;
    }
    if (room.isEmpty()) {
      TaskResult<ReduceRoom> measured = ReduceRoom.of(task, item);
      if (!(measured instanceof TaskResult.Ok<ReduceRoom> ok)) {
        result = typed(measured);
        return false;
      }
      room = Optional.of(ok.value());
    }
    ReduceRoom of = room.get();
    List<Integer> costs = tokens.stream().map(own -> own + of.aroundEach()).toList();
    Optional<List<SummaryGroup>> made = ReduceTree.groups(costs, of.budget());
    if (made.isEmpty()) {
      result =
          new TaskResult.Rejected<>(
              RejectionCode.PROMPT_TOO_LONG,
              String.format(
                  Locale.ROOT,
                  "two of %d summaries do not fit one prompt, in which they may have %d tokens",
                  texts.size(),
                  of.budget()));
      return false;
    }
    groups = made.get();
    IntStream.range(0, groups.size()).forEach(waiting::add);
    tally.addRound();
    return true;
  }

  private List<Request> ask(int place, List<WrittenText> members) {
    PromptResult made =
        task.prompt(
            item,
            members.stream().map(WrittenText::text).toList(),
            tally.rounds(),
            /* isLast= */ groups.size() == 1);
    if (!(made instanceof PromptResult.Ready ready)) {
      answer(place, Prompts.without(made));
      return List.of();
    }
    String identity = item.id() + "\u0000round " + tally.rounds();
    Request request = task.writer().request(ready.prompt(), identity, place);
    underWay.put(request, new OpenGroup(place, ready.prompt()));
    return List.of(request);
  }

  private void answer(int place, TaskResult<WrittenText> answer) {
    answered.put(place, answer);
    if (!(answer instanceof TaskResult.Ok)) {
      waiting.clear();
    }
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    OpenGroup group = underWay.remove(request);
    if (outcome instanceof Outcome.Failure failure) {
      answer(group.place(), RequestFailures.result(failure));
    } else {
      answer(group.place(), written(group.prompt(), (Completion) outcome));
    }
    finishRound();
  }

  private TaskResult<WrittenText> written(Prompt prompt, Completion completion) {
    try {
      WrittenText written = task.writer().written(prompt, completion);
      tally.add(written);
      return new TaskResult.Ok<>(written);
    } catch (RuntimeException | Error thrown) {
      return TaskResult.Failed.by(Fault.of(Step.ACCEPT, thrown));
    }
  }

  private void finishRound() {
    if (!waiting.isEmpty() || !underWay.isEmpty()) {
      return;
    }
    List<WrittenText> written = new ArrayList<>();
    for (TaskResult<WrittenText> answer : answered.values()) {
      if (answer instanceof TaskResult.Ok<WrittenText> ok) {
        written.add(ok.value());
      } else {
        result = typed(answer);
        return;
      }
    }
    answered.clear();
    if (groups.size() == 1) {
      finish(written.get(0));
    } else {
      begin(written);
    }
  }

  /** A result that holds no value. */
  @SuppressWarnings("unchecked")
  private static <R> TaskResult<R> typed(TaskResult<?> without) {
    return (TaskResult<R>) without;
  }

  /** Nothing is under way between two rounds, and while tokens are counted. */
  @Override
  public boolean hasYielded() {
    return result == null && (!waiting.isEmpty() || underWay.isEmpty());
  }

  @Override
  public boolean fail(Throwable thrown) {
    result = TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown));
    return true;
  }

  @Override
  public boolean done() {
    return result != null && underWay.isEmpty();
  }

  @Override
  public T row() {
    return row;
  }

  @Override
  public TaskResult<MergedSummary> result() {
    if (result == null) {
      throw new IllegalStateException("The work is not done. This is a bug.");
    }
    return result;
  }
}
