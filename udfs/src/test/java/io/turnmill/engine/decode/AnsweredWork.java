package io.turnmill.engine.decode;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import java.util.ArrayList;
import java.util.List;

/** A scripted work that keeps its requests beside their outcomes. */
final class AnsweredWork implements Work {
  private final ScriptedWork work;
  private final List<Answer> answers = new ArrayList<>();

  record Answer(Request request, Outcome outcome) {}

  AnsweredWork(ScriptedWork work) {
    this.work = work;
  }

  List<Answer> answers() {
    return answers;
  }

  @Override
  public List<Request> next() {
    return work.next();
  }

  @Override
  public boolean mayContinue() {
    return work.mayContinue();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    answers.add(new Answer(request, outcome));
    work.accept(request, outcome);
  }

  @Override
  public boolean done() {
    return work.done();
  }
}
