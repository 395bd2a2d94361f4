package io.turnmill.runtime;

import io.turnmill.model.ModelException;
import io.turnmill.model.SettingException;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TextPieces;
import io.turnmill.task.ask.AskModels;
import io.turnmill.task.ask.AskTask;
import java.util.Locale;
import java.util.Optional;

/** Puts the task {@code ask} together from the models that it asks, and checks them one by one. */
public final class AskParts {
  private AskParts() {}

  /**
   * Checks the template of the settings.
   *
   * @throws SettingException when it is not a template, with line and column
   */
  static void check(Ask ask) {
    try {
      AskTask.check(ask);
    } catch (TemplateException e) {
      throw new SettingException("ask.prompt: the template cannot be used: " + e.getMessage());
    }
  }

  /**
   * Checks the model that is to find chunks.
   *
   * @throws ModelException as {@link #checkEncoder(ModelFrontEnd)}
   * @throws SettingException if a setting of the task does not fit it, or a question is too long
   */
  public static void checkEncoder(ModelFrontEnd encoder, Ask ask) {
    checkEncoder(encoder);
    TextPieces unused = queries(encoder(encoder), ask);
  }

  /**
   * Checks a model by whose vectors texts are to be compared.
   *
   * @throws ModelException if it is not an encoder that makes vectors: the last states of a model
   *     that only writes text tell little of what a text says
   */
  public static void checkEncoder(ModelFrontEnd encoder) {
    EncoderFrontEnd front = encoder(encoder);
    if (front.isWriter()) {
      throw new ModelException(
          "%s: a model of type %s writes text, and its folder does not say how it makes vectors; with embed.pooling it is taken all the same."
              .formatted(front.folder().path(), front.folder().spec().architecture()));
    }
  }

  /**
   * Checks the model that is to compare questions with chunks.
   *
   * @throws ModelException if it is not an encoder that gives one score to a pair
   */
  public static void checkReranker(ModelFrontEnd reranker) {
    TextPieces unused = encoder(reranker).pairs();
  }

  /**
   * @throws ModelException if one of the models is of another kind
   * @throws SettingException if a setting of the task does not fit a model
   */
  static AskTask<?> task(
      ModelFrontEnd writer, Optional<ModelFrontEnd> encoder, Optional<ModelFrontEnd> reranker) {
    if (!(writer instanceof DecoderFrontEnd decoder) || !(decoder.asked() instanceof Ask ask)) {
      throw new IllegalStateException("A model was not opened for the task ask. This is a bug.");
    }
    if (ask.retrieval() == Retrieval.ENCODER && encoder.isEmpty()) {
      throw new SettingException("ask.retrieval: there is no ask.encoder.");
    }
    check(ask);
    Optional<TextPieces> queries = encoder.map(model -> queries(encoder(model), ask));
    Optional<TextPieces> pairs = reranker.map(model -> encoder(model).pairs());
    return new AskTask<>(ask, new AskModels(decoder.writer(), queries, pairs));
  }

  private static EncoderFrontEnd encoder(ModelFrontEnd front) {
    if (front instanceof EncoderFrontEnd encoder) {
      return encoder;
    }
    throw new ModelException(
        "%s: a model of type %s writes text; it is not an encoder."
            .formatted(front.folder().path(), front.folder().spec().architecture()));
  }

  private static TextPieces named(EncoderFrontEnd encoder, Ask ask) {
    try {
      return encoder.queries(ask.queryPrompt());
    } catch (IllegalArgumentException e) {
      throw new SettingException("ask.query_prompt: " + e.getMessage());
    }
  }

  private static TextPieces queries(EncoderFrontEnd encoder, Ask ask) {
    TextPieces queries = named(encoder, ask);
    ask.questions()
        .forEach(
            (name, text) -> {
              int cut = queries.of(text, Optional.empty(), false).get(0).request().cutTokens();
              if (cut > 0) {
                throw new SettingException(
                    String.format(
                        Locale.ROOT,
                        "ask.questions: %s has %d tokens more than the encoder takes.",
                        name,
                        cut));
              }
            });
    return queries;
  }
}
