package io.turnmill.task.ask;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ItemWork;
import io.turnmill.task.NothingFound;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TextPieces;
import io.turnmill.task.TextWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The task {@code ask}: for each question the chunks of a document that fit it best are put into
 * one prompt, and the model that writes answers from them. They are found by an encoder's vectors
 * (the result of each chunk is then an {@code Answers<Embedding>}), by shared words, or are simply
 * the first ones; a reranker may have the last word. A chunk without a vector is not found.
 *
 * <p>Requests to the model that writes name {@code Request.ONLY_MODEL}; those to the others name
 * {@link #ENCODER} and {@link #RERANKER}.
 *
 * @param <A> what was made of each chunk before
 */
public final class AskTask<A> implements Task<ChunkedItem<A>, AskedAnswers> {
  /** The name by which requests ask the encoder. */
  public static final String ENCODER = "encoder";

  /** The name by which requests ask the reranker. */
  public static final String RERANKER = "reranker";

  private final Ask options;
  private final List<String> names;
  private final List<String> questions;
  private final TextWriter writer;
  private final NothingFound nothing;
  private final ExcerptPrompts prompts;
  private final Optional<QuestionVectors> vectors;
  private final Optional<TextPieces> reranker;

  /**
   * @param models has requests for queries if the options ask for an encoder
   * @throws TemplateException if the template of the options is not one, with line and column
   */
  public AskTask(Ask options, AskModels models) {
    this.options = options;
    this.names = List.copyOf(options.questions().keySet());
    this.questions = List.copyOf(options.questions().values());
    this.writer = models.writer();
    this.nothing = new NothingFound(options.nothing());
    this.prompts = new ExcerptPrompts(options, writer);
    this.vectors =
        options.retrieval() == Retrieval.ENCODER
            ? Optional.of(new QuestionVectors(questions, models.queries().orElseThrow()))
            : Optional.empty();
    this.reranker = models.reranker();
  }

  /**
   * Checks the template of the options.
   *
   * @throws TemplateException if it is not one, with line and column
   */
  public static void check(Ask options) {
    ExcerptPrompts.template(options);
  }

  @Override
  public String name() {
    return options.kind().wireName();
  }

  @Override
  public String scope() {
    return writer.scope();
  }

  @Override
  public <T> ItemWork<T, AskedAnswers> begin(
      T row, Function<? super T, ? extends ChunkedItem<A>> itemOf) {
    return new AskWork<>(this, row, itemOf);
  }

  Ask options() {
    return options;
  }

  /** The names of the questions, in order. */
  List<String> names() {
    return names;
  }

  /** What is asked, in order. */
  List<String> questions() {
    return questions;
  }

  TextWriter writer() {
    return writer;
  }

  /** Tells that the model found no answer. */
  NothingFound nothing() {
    return nothing;
  }

  ExcerptPrompts prompts() {
    return prompts;
  }

  /** The vectors of the questions, where an encoder is asked. */
  Optional<QuestionVectors> vectors() {
    return vectors;
  }

  Optional<TextPieces> reranker() {
    return reranker;
  }
}
