package io.turnmill.testing;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.Work;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A work of one request. */
public final class OneRequest implements Work {
  private final Generate request;
  private boolean handedOut;
  private Outcome outcome;

  public OneRequest(Generate request) {
    this.request = request;
  }

  public static Generate greedy(TokenIds prompt, int maxTokens, Set<Integer> stopTokenIds) {
    return greedy(prompt, maxTokens, 0, stopTokenIds, StopCheck.NEVER);
  }

  public static Generate greedy(
      TokenIds prompt, int maxTokens, int minTokens, Set<Integer> stopTokenIds, StopCheck check) {
    SamplingParams sampling =
        TestSampling.notBefore(minTokens, SamplingParams.greedy(maxTokens))
            .withStopTokenIds(stopTokenIds);
    return new Generate(prompt, sampling, 0, () -> check);
  }

  public Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  public Completion completion() {
    return (Completion) outcome;
  }

  public Failure failure() {
    return (Failure) outcome;
  }

  @Override
  public List<Request> next() {
    if (handedOut) {
      return List.of();
    }
    handedOut = true;
    return List.of(request);
  }

  @Override
  public void accept(Request done, Outcome result) {
    outcome = result;
  }

  @Override
  public boolean done() {
    return outcome != null;
  }
}
