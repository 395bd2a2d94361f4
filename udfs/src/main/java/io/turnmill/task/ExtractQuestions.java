package io.turnmill.task;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Session;
import io.turnmill.task.Question.Asked;
import io.turnmill.task.TaskOptions.Extract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The task {@code extract} over chunks: each question is put to each chunk by a request of its own.
 * The prompts about a chunk begin alike up to the question, so their key-value cache is shared.
 */
public final class ExtractQuestions implements QuestionsTask.Questions<Extraction> {
  private final Extract options;
  private final TextWriter writer;
  private final TextTemplate template;
  private final NothingFound nothing;

  private ExtractQuestions(Extract options, TextWriter writer, TextTemplate template) {
    this.options = options;
    this.writer = writer;
    this.template = template;
    this.nothing = new NothingFound(options.nothing());
  }

  /**
   * The task over a model that writes text.
   *
   * @param template makes the message by which one question is put to one chunk
   */
  public static Task<Session, Answers<Extraction>> task(
      Extract options, TextWriter writer, TextTemplate template) {
    return new QuestionsTask<>(
        TaskKind.EXTRACT, writer.scope(), new ExtractQuestions(options, writer, template));
  }

  @Override
  public List<Question<Extraction>> about(Session session) {
    OptionalInt turn = OptionalInt.of(session.messages().size() - 1);
    long chars = AtOnce.chars(session.messages());
    List<Question<Extraction>> questions = new ArrayList<>();
    options
        .questions()
        .forEach(
            (name, text) -> {
              int number = questions.size();
              questions.add(
                  new Question<>(
                      turn, Optional.of(name), chars, () -> ask(session, number, name, text)));
            });
    return questions;
  }

  private Asked<Extraction> ask(Session session, int number, String name, String text) {
    Variables variables =
        ChunkSession.variables(session)
            .input("question", text)
            .input("name", name)
            .input("nothing", options.nothing());
    Prompt prompt = Prompts.ready(writer.prompt(template, variables));
    Generate request = writer.request(prompt, ChunkSession.identity(session), number);
    return new Asked<>(
        List.of(request),
        outcomes -> {
          WrittenText written = writer.written(prompt, (Completion) outcomes.get(0));
          return new Extraction(name, !nothing.isSaidBy(written.text()), written);
        });
  }
}
