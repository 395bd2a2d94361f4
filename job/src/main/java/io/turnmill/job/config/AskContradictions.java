package io.turnmill.job.config;

import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.Retrieval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Settings of the tasks {@code ask} and {@code topics} that are wrong together. */
final class AskContradictions {
  private AskContradictions() {}

  static List<String> in(JobConfig config) {
    List<String> found = new ArrayList<>();
    AskConfig ask = config.ask();
    TaskKind kind = config.task().kind();
    ask.questions()
        .forEach(
            (name, text) -> {
              if (!(text instanceof String question) || question.isBlank()) {
                found.add("ask.questions: " + name + " must be a question in words");
              }
            });
    if (ask.nothing().codePoints().noneMatch(Character::isLetterOrDigit)) {
      found.add("ask.nothing: must have a letter or a digit");
    }
    if (kind == TaskKind.ASK) {
      found.addAll(inAsk(ask));
    }
    if (kind == TaskKind.TOPICS && config.topics().encoder().isEmpty()) {
      found.add("topics.encoder: task.kind = topics needs an encoder");
    }
    return found;
  }

  private static List<String> inAsk(AskConfig ask) {
    List<String> found = new ArrayList<>();
    if (ask.questions().isEmpty()) {
      found.add("ask.questions: task.kind = ask has nothing to ask");
    }
    boolean isByVectors = ask.retrieval() == Retrieval.ENCODER;
    if (isByVectors && ask.encoder().isEmpty()) {
      found.add("ask.encoder: ask.retrieval = encoder needs one");
    }
    if (!isByVectors && !ask.encoder().isEmpty()) {
      found.add(
          "ask.encoder: it is asked with ask.retrieval = encoder alone, which is "
              + ask.retrieval().name().toLowerCase(Locale.ROOT));
    }
    if (!ask.reranker().isEmpty() && ask.candidates() < ask.k()) {
      found.add("ask.candidates: " + ask.candidates() + " is less than ask.k, which is " + ask.k());
    }
    return found;
  }
}
