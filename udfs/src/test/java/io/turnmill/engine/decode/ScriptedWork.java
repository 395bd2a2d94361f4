package io.turnmill.engine.decode;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.Score;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.inference.Work;
import io.turnmill.testing.NaiveReference;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A work like a session replayed turn by turn: each turn asks for one to three replies, and the
 * next turn's prompt is the last prompt, its first reply and some ids more. Everything in it is
 * fixed by its seed and the outcomes, so that running it twice must give the same outcomes.
 */
final class ScriptedWork implements Work {
  static final int VOCAB_SIZE = 14;
  static final int END_ID = 3;
  private static final TokenIds SYSTEM_PROMPT =
      TokenIds.of(1, 2, 1, 2, 5, 6, 7, 8, 9, 10, 1, 2, 1, 2, 5, 6, 7, 8, 9, 10);

  private final Random random;
  private final int turns;

  /**
   * One that spoils scores or one that takes all memory: which fault of two comes first is open.
   */
  private final int poison;

  /** Whether it asks for the scores of continuations, too. */
  private final boolean scores;

  private final IdentityHashMap<Request, Integer> places = new IdentityHashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private TokenIds history;
  private int turn;
  private int outstanding;
  private int firstOfTurn;

  ScriptedWork(long seed) {
    this(seed, false);
  }

  private ScriptedWork(long seed, boolean scores) {
    this.scores = scores;
    this.random = new Random(seed);
    this.turns = random.nextInt(5);
    this.poison = VOCAB_SIZE - 1 - random.nextInt(2);
    this.history = random.nextBoolean() ? SYSTEM_PROMPT : TokenIds.of(random.nextInt(3));
  }

  /** One that has continuations scored beside its replies, and instead of them. */
  static ScriptedWork withScores(long seed) {
    return new ScriptedWork(seed, true);
  }

  /** Without what may differ: details, and how much was cached. */
  static Outcome comparable(Outcome outcome) {
    if (outcome instanceof Scores s) {
      return new Scores(s.logprobs(), s.promptTokens(), 0, 0);
    }
    if (outcome instanceof Completion c) {
      return new Completion(
          c.ids(),
          c.finishReason(),
          c.stopTokenId(),
          c.promptTokens(),
          0,
          c.generatedTokens(),
          c.sumLogprob(),
          c.logprobs(),
          c.forcedTokens(),
          false);
    }
    return new Failure(((Failure) outcome).code(), "");
  }

  /** Runs all of it on the naive reference and says what became of each request. */
  List<Outcome> runAll(NaiveReference reference) {
    while (!done()) {
      next().forEach(request -> accept(request, reference.run(request)));
    }
    return outcomes();
  }

  /** In the order in which the requests were handed out, made comparable. */
  List<Outcome> outcomes() {
    return outcomes.stream().map(ScriptedWork::comparable).toList();
  }

  int cachedTokens() {
    return outcomes.stream().mapToInt(ScriptedWork::cachedTokens).sum();
  }

  static int cachedTokens(Outcome outcome) {
    if (outcome instanceof Scores s) {
      return s.cachedTokens();
    }
    return outcome instanceof Completion c ? c.cachedTokens() : 0;
  }

  @Override
  public List<Request> next() {
    if (outstanding > 0 || turn == turns) {
      return List.of();
    }
    turn++;
    firstOfTurn = outcomes.size();
    history = history.concat(moreIds(1 + random.nextInt(9)));
    List<Request> requests = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Request request = scores && random.nextBoolean() ? score() : request();
      places.put(request, outcomes.size());
      outcomes.add(null);
      requests.add(request);
    }
    outstanding = requests.size();
    return List.copyOf(requests);
  }

  /** Some works that end say that they go on. */
  @Override
  public boolean mayContinue() {
    return turn < turns || poison == VOCAB_SIZE - 1;
  }

  /** Continuations of which some begin as others do, go on after others, or are the same. */
  private Score score() {
    List<TokenIds> continuations = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      TokenIds before =
          continuations.isEmpty() || random.nextInt(3) == 0
              ? TokenIds.empty()
              : continuations.get(random.nextInt(continuations.size()));
      TokenIds kept = before.slice(0, random.nextInt(before.size() + 1));
      continuations.add(kept.concat(moreIds(random.nextInt(6) + (kept.isEmpty() ? 1 : 0))));
    }
    return new Score(history, continuations);
  }

  private Generate request() {
    SamplingParams sampling =
        new SamplingParams(
            1 + random.nextInt(20),
            random.nextInt(4) == 0 ? random.nextInt(8) : 0,
            random.nextBoolean() ? 0 : 0.7,
            random.nextBoolean() ? 1 : 0.3 + 0.6 * random.nextDouble(),
            random.nextInt(4),
            random.nextBoolean() ? 0 : 0.2 * random.nextDouble(),
            random.nextInt(4) == 0 ? Set.of() : Set.of(END_ID, 7),
            penalties(),
            random.nextInt(4) == 0
                ? Map.of(random.nextInt(VOCAB_SIZE), 1.0 + random.nextInt(5))
                : Map.of(),
            1,
            random.nextInt(4) - 1,
            random.nextInt(3) == 0
                ? new RepetitionDetection(1 + random.nextInt(3), 0, 2)
                : RepetitionDetection.OFF,
            random.nextInt(3) == 0
                ? new ThinkingBudget(1 + random.nextInt(4), List.of(5, 7))
                : ThinkingBudget.UNLIMITED);
    int lastOfStop = random.nextInt(VOCAB_SIZE);
    Supplier<StopCheck> stopChecks =
        random.nextBoolean() ? () -> StopCheck.NEVER : () -> afterAnEvenId(lastOfStop);
    return new Generate(history, sampling, random.nextLong(), stopChecks);
  }

  private Penalties penalties() {
    return random.nextBoolean()
        ? Penalties.NONE
        : new Penalties(1 + random.nextInt(2), 0.5 * random.nextInt(2), 0.25 * random.nextInt(2));
  }

  /**
   * A check with memory: true for {@code id} right behind an even one. An id that is a multiple of
   * 4 opens reasoning, and 5 ends it.
   */
  private static StopCheck afterAnEvenId(int id) {
    return new StopCheck() {
      private int previous = 1;
      private boolean thinking;

      @Override
      public boolean endsWith(int tokenId) {
        boolean ends = tokenId == id && previous % 2 == 0;
        previous = tokenId;
        thinking = tokenId != 5 && (thinking || tokenId % 4 == 0);
        return ends;
      }

      @Override
      public boolean thinking() {
        return thinking;
      }
    };
  }

  /** Now and then an id that the fake cannot bear. */
  private TokenIds moreIds(int count) {
    int[] ids = random.ints(count, 0, VOCAB_SIZE - 2).toArray();
    if (count > 0 && random.nextInt(12) == 0) {
      ids[random.nextInt(count)] = poison;
    }
    return TokenIds.of(ids);
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    int place = places.remove(request);
    outcomes.set(place, outcome);
    outstanding--;
    if (place == firstOfTurn && outcome instanceof Completion completion) {
      history = history.concat(completion.ids());
    }
  }

  @Override
  public boolean done() {
    return turn == turns && outstanding == 0;
  }
}
