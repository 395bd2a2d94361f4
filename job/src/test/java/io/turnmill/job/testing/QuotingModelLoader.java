package io.turnmill.job.testing;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Request;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;

/**
 * A model folder's own tokenizer and template, and a backend that answers each prompt with some
 * words from its middle. It notes what it is asked, and has the task that asks a certain request
 * killed by Spark.
 */
public record QuotingModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  private static final int SLOTS = 8;
  private static final int QUOTED_TOKENS = 24;
  private static final int NEVER = -1;

  private static final List<AskedOnce> ASKED = Collections.synchronizedList(new ArrayList<>());

  /** How many requests are left until a task is killed. */
  private static final AtomicInteger LEFT = new AtomicInteger(NEVER);

  /**
   * A request.
   *
   * @param key of its random numbers: another one for each item, chunk and question
   * @param partition of the task that asked
   * @param attempt at the task; another one for each
   * @param isKilled whether Spark had told the task to end
   */
  public record AskedOnce(long key, int partition, long attempt, boolean isKilled) {}

  /** Lets one task be killed when it asks the request that comes after so many others. */
  public static void killTaskAfter(int requests) {
    LEFT.set(requests);
  }

  /** What all models were asked since the last call. */
  public static List<AskedOnce> takeAsked() {
    synchronized (ASKED) {
      List<AskedOnce> asked = List.copyOf(ASKED);
      ASKED.clear();
      return asked;
    }
  }

  @Override
  public String identity() {
    return "quoting " + options;
  }

  @Override
  public ModelRuntime load() {
    DecoderFrontEnd front = DecoderFrontEnd.open(options);
    String fingerprint = front.folder().fingerprint();
    return ModelRuntime.of(
        front,
        FakeBackend.answering(fingerprint, request -> answer(request, front.tokenizer())),
        SLOTS);
  }

  private static Outcome answer(Request request, Tokenizer tokenizer) {
    Generate generate = (Generate) request;
    TaskContext task = TaskContext.get();
    boolean isKilled = LEFT.getAndUpdate(left -> left < 0 ? NEVER : left - 1) == 0;
    ASKED.add(
        new AskedOnce(generate.randomKey(), task.partitionId(), task.taskAttemptId(), isKilled));
    if (isKilled) {
      kill(task);
    }
    TokenIds prompt = generate.prompt();
    TokenIds quoted = tokenizer.encode(wholeWords(middle(prompt), tokenizer), List.of());
    return new Completion(
        quoted, FinishReason.LENGTH, -1, prompt.size(), 0, quoted.size(), -1, List.of());
  }

  private static TokenIds middle(TokenIds prompt) {
    int from = prompt.size() / 2;
    return prompt.slice(from, Math.min(from + QUOTED_TOKENS, prompt.size()));
  }

  /** Without what may be half a word or half a character at its ends. */
  private static String wholeWords(TokenIds ids, Tokenizer tokenizer) {
    return tokenizer.decode(ids).replaceAll("^\\S*\\s+|\\s+\\S*$", "");
  }

  /** Returns when the task knows it. */
  private static void kill(TaskContext task) {
    SparkForTests.any().sparkContext().killTaskAttempt(task.taskAttemptId(), false, "a test");
    while (!task.isInterrupted()) {
      Thread.onSpinWait();
    }
  }
}
