package io.turnmill.engine;

import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.Outcome.Failure;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A work of one request. */
final class OneRequest implements Work {
  private final Request request;
  private boolean handedOut;
  private Outcome outcome;

  OneRequest(Request request) {
    this.request = request;
  }

  static Request greedy(TokenIds prompt, int maxTokens, Set<Integer> stopTokenIds) {
    return greedy(prompt, maxTokens, 0, stopTokenIds, StopCheck.NEVER);
  }

  static Request greedy(
      TokenIds prompt, int maxTokens, int minTokens, Set<Integer> stopTokenIds, StopCheck check) {
    SamplingParams sampling =
        TestSampling.notBefore(minTokens, SamplingParams.greedy(maxTokens))
            .withStopTokenIds(stopTokenIds);
    return new Request(prompt, sampling, 0, () -> check);
  }

  Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  Completion completion() {
    return (Completion) outcome;
  }

  Failure failure() {
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
