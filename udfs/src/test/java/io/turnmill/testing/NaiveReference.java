package io.turnmill.testing;

import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.Score;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The slow, obvious way to run a request: a batch of one, no cache; for every token the whole
 * sequence is computed from its start. What the engine returns must equal this id for id.
 */
public final class NaiveReference implements AutoCloseable {
  private final ForwardPass pass;
  private final int maxModelLen;
  private final BufferAllocator allocator = new RootAllocator();

  /** Owns {@code pass} from now on. */
  public NaiveReference(ForwardPass pass, int maxModelLen) {
    this.pass = pass;
    this.maxModelLen = maxModelLen;
    try {
      pass.allocate(1, maxModelLen);
    } catch (OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  /** What becomes of a request, of either kind. */
  public Outcome run(Request request) {
    return request instanceof Score score ? run(score) : run((Generate) request);
  }

  /** What becomes of {@code request}; {@code cachedTokens} is 0. */
  public Outcome run(Generate request) {
    SamplingParams sampling = request.sampling();
    StopCheck stopCheck = request.newStopCheck();
    int promptTokens = request.prompt().size();
    if (promptTokens + 1 > maxModelLen) {
      return failure(FailureCode.PROMPT_TOO_LONG);
    }
    List<Integer> reply = new ArrayList<>();
    double sumLogprob = 0;
    int forcedTokens = 0;
    List<TokenLogprob> logprobs = new ArrayList<>();
    while (true) {
      NextTokens next;
      boolean forced = forced(request, reply).isPresent();
      try {
        next = forward(request, reply);
      } catch (OutOfMemory e) {
        return failure(FailureCode.OUT_OF_MEMORY);
      }
      if (Float.isNaN(next.logprob(0))) {
        return failure(FailureCode.NON_FINITE);
      }
      int id = next.id(0);
      forcedTokens += forced ? 1 : 0;
      sumLogprob += forced ? 0 : next.logprob(0);
      if (sampling.logprobs() >= 0) {
        logprobs.add(next.token(0));
      }
      boolean mayStop = reply.size() >= sampling.minTokens();
      if (mayStop && sampling.stopTokenIds().contains(id)) {
        return new Completion(
            ids(reply),
            FinishReason.STOP,
            id,
            promptTokens,
            0,
            reply.size() + 1,
            sumLogprob,
            logprobs,
            forcedTokens,
            false);
      }
      reply.add(id);
      boolean mayEnd = reply.size() >= sampling.minTokens();
      boolean stopped = stopCheck.endsWith(id) && mayEnd;
      boolean full =
          reply.size() == sampling.maxTokens() || promptTokens + reply.size() == maxModelLen;
      if (stopped || full || (mayEnd && repeats(reply, sampling.repetitionDetection()))) {
        FinishReason ended = full ? FinishReason.LENGTH : FinishReason.REPETITION;
        return new Completion(
            ids(reply),
            stopped ? FinishReason.STOP : ended,
            -1,
            promptTokens,
            0,
            reply.size(),
            sumLogprob,
            logprobs,
            forcedTokens,
            false);
      }
    }
  }

  /**
   * What becomes of {@code request}: each token of each continuation is scored by itself; {@code
   * cachedTokens} and {@code computedTokens} are 0.
   */
  public Outcome run(Score request) {
    TokenIds prompt = request.prompt();
    List<List<Float>> logprobs = new ArrayList<>();
    for (TokenIds continuation : request.continuations()) {
      if (prompt.size() + continuation.size() > maxModelLen) {
        return failure(FailureCode.PROMPT_TOO_LONG);
      }
    }
    for (TokenIds continuation : request.continuations()) {
      List<Float> tokens = new ArrayList<>();
      for (int i = 0; i < continuation.size(); i++) {
        TokenIds before = prompt.concat(continuation.slice(0, i));
        Target target = new Target(before.size() - 1, continuation.get(i));
        int length = prompt.size() + continuation.size();
        NextTokens found;
        try {
          found = forward(new Row(0, 0, before, length, Optional.empty(), List.of(target)));
        } catch (OutOfMemory e) {
          return failure(FailureCode.OUT_OF_MEMORY);
        }
        if (Float.isNaN(found.targetLogprob(0))) {
          return failure(FailureCode.NON_FINITE);
        }
        tokens.add(found.targetLogprob(0));
      }
      logprobs.add(tokens);
    }
    return new Scores(logprobs, prompt.size(), 0, 0);
  }

  /** Whether a reply ends with some pattern again and again: every pattern is tried. */
  public static boolean repeats(List<Integer> reply, RepetitionDetection detection) {
    int shortest = Math.max(1, detection.minPatternSize());
    for (int size = shortest; size <= detection.maxPatternSize(); size++) {
      int from = reply.size() - size * detection.minCount();
      if (from >= 0) {
        List<Integer> pattern = reply.subList(from, from + size);
        List<Integer> repeated = new ArrayList<>();
        Collections.nCopies(detection.minCount(), pattern).forEach(repeated::addAll);
        if (repeated.equals(reply.subList(from, reply.size()))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The id that must follow because reasoning was too long: the reply is gone through again. */
  private static OptionalInt forced(Generate request, List<Integer> reply) {
    ThinkingBudget budget = request.sampling().thinking();
    if (budget.tokens() == 0) {
      return OptionalInt.empty();
    }
    StopCheck check = request.newStopCheck();
    int thought = 0;
    int spentAt = 0;
    while (!check.thinking() || thought < budget.tokens()) {
      if (spentAt == reply.size()) {
        return OptionalInt.empty();
      }
      boolean before = check.thinking();
      check.endsWith(reply.get(spentAt++));
      thought += before && check.thinking() ? 1 : 0;
    }
    int given = reply.size() - spentAt;
    return given < budget.endIds().size()
        ? OptionalInt.of(budget.endIds().get(given))
        : OptionalInt.empty();
  }

  private NextTokens forward(Generate request, List<Integer> reply) throws OutOfMemory {
    Draw draw = draw(request, reply);
    return forward(new Row(0, 0, request.prompt().concat(ids(reply)), Optional.of(draw)));
  }

  private NextTokens forward(Row row) throws OutOfMemory {
    try (TokenBatch batch = TokenBatch.pack(List.of(row), allocator)) {
      return pass.forward(batch);
    }
  }

  /** How the token after {@code reply} is drawn. */
  public static Draw draw(Generate request, List<Integer> reply) {
    SamplingParams sampling = request.sampling();
    OptionalInt forced = forced(request, reply);
    if (forced.isPresent()) {
      Edit certain = new Edit(forced.getAsInt(), 1e9f, 1, 0);
      return Draw.GREEDY
          .with(ScoreEdits.of(List.of(certain)))
          .withAlternatives(Math.max(0, sampling.logprobs()));
    }
    Draw draw =
        sampling.temperature() < 0.00001
            ? Draw.GREEDY
            : new Draw(
                (float) Math.min(sampling.temperature(), Float.MAX_VALUE),
                sampling.topK(),
                (float) sampling.topP(),
                (float) sampling.minP(),
                RandomNumbers.uniform(request.randomKey(), reply.size()));
    return draw.with(edits(request, reply)).withAlternatives(Math.max(0, sampling.logprobs()));
  }

  /** Every token that prompt, reply or settings name, counted from the start. */
  private static ScoreEdits edits(Generate request, List<Integer> reply) {
    SamplingParams sampling = request.sampling();
    Penalties penalties = sampling.penalties();
    Set<Integer> prompt = Set.copyOf(IntStream.of(request.prompt().toArray()).boxed().toList());
    Set<Integer> ids = new TreeSet<>(prompt);
    ids.addAll(reply);
    ids.addAll(sampling.logitBias().keySet());
    ids.addAll(sampling.stopTokenIds());
    List<Edit> edits = new ArrayList<>();
    for (int id : ids) {
      boolean masked = reply.size() < sampling.minTokens() && sampling.stopTokenIds().contains(id);
      int count = Collections.frequency(reply, id);
      double repetition = count > 0 || prompt.contains(id) ? penalties.repetition() : 1;
      double presence = count > 0 ? penalties.presence() : 0;
      double deduction = presence + count * penalties.frequency();
      double bias = sampling.logitBias().getOrDefault(id, 0.0);
      Edit edit = new Edit(id, (float) bias, (float) repetition, (float) deduction);
      if (masked) {
        edits.add(new Edit(id, Float.NEGATIVE_INFINITY, 1, 0));
      } else if (!edit.equals(new Edit(id, 0, 1, 0))) {
        edits.add(edit);
      }
    }
    return ScoreEdits.of(edits);
  }

  private static Failure failure(FailureCode code) {
    return new Failure(code, "");
  }

  private static TokenIds ids(List<Integer> ids) {
    return TokenIds.of(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public void close() {
    pass.close();
    allocator.close();
  }
}
