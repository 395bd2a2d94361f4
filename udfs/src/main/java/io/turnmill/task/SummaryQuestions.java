package io.turnmill.task;

import io.turnmill.inference.Outcome.Completion;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.session.Session;
import io.turnmill.task.Question.Asked;
import java.util.List;
import java.util.OptionalInt;

/** The task {@code summarise} over chunks: a summary of each. */
public final class SummaryQuestions implements QuestionsTask.Questions<WrittenText> {
  private final TextWriter writer;
  private final TextTemplate template;

  private SummaryQuestions(TextWriter writer, TextTemplate template) {
    this.writer = writer;
    this.template = template;
  }

  /**
   * The task over a model that writes text.
   *
   * @param template makes the message by which the summary of one chunk is asked for
   */
  public static Task<Session, Answers<WrittenText>> task(TextWriter writer, TextTemplate template) {
    return new QuestionsTask<>(
        TaskKind.SUMMARISE, writer.scope(), new SummaryQuestions(writer, template));
  }

  @Override
  public List<Question<WrittenText>> about(Session session) {
    return List.of(
        new Question<>(OptionalInt.empty(), AtOnce.chars(session.messages()), () -> ask(session)));
  }

  private Asked<WrittenText> ask(Session session) {
    Prompt prompt = Prompts.ready(writer.prompt(template, ChunkSession.variables(session)));
    return new Asked<>(
        List.of(writer.request(prompt, ChunkSession.identity(session), 0)),
        outcomes -> writer.written(prompt, (Completion) outcomes.get(0)));
  }
}
