package io.turnmill.runtime;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.session.Session;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions.Embed;
import io.turnmill.task.TaskOptions.Normalize;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything of a model except its weights: the driver checks a model with it before a run, and an
 * executor makes requests with it.
 */
public sealed interface ModelFrontEnd extends AutoCloseable
    permits DecoderFrontEnd, EncoderFrontEnd {

  /**
   * Opens a model folder and checks everything in it except the values of the weights. A model that
   * writes text is opened as an encoder if the task wants vectors of it.
   *
   * @throws ModelException when anything is missing, damaged, unsupported or does not fit together,
   *     or when the task cannot be asked of the model, with one message for the user
   */
  static ModelFrontEnd open(RuntimeOptions options) {
    Path path = Path.of(options.model().folder());
    ModelFolder folder =
        options.task() instanceof Embed embed
            ? ModelFolder.openEmbedder(
                path,
                options.model().adapterPath(),
                Optional.of(embed.pooling())
                    .filter(pooling -> !pooling.isEmpty())
                    .map(pooling -> Pooling.valueOf(pooling.toUpperCase(Locale.ROOT))),
                embed.normalize() == Normalize.NO)
            : ModelFolder.open(path, options.model().adapterPath());
    return folder.spec() instanceof DecoderSpec
        ? DecoderFrontEnd.open(folder, options)
        : EncoderFrontEnd.open(folder, options);
  }

  ModelFolder folder();

  /** The longest sequence, in tokens, that the model and the settings allow. */
  int maxModelLen();

  /** The task that the options ask for. */
  Task<Session, ?> task();

  /**
   * The task that makes one result of what {@link #task} says of the chunks of a long text, each
   * asked about as a {@link io.turnmill.task.ChunkSession}; empty for a task that is not asked
   * about chunks. It takes items whose answers are of the type that {@code task} gives.
   */
  Optional<Task<? extends ChunkedItem<?>, ?>> merge();

  /**
   * Refuses a model of which the task cannot be asked, and a template that cannot even render one
   * user turn.
   *
   * @throws ModelException when it cannot, with the place where it fails
   */
  void check();

  /** The labels among which the model chooses; none for a task without labels. */
  List<String> labels();

  /** What decides the answers, for people: by name, in order. */
  Map<String, Object> facts();

  /** How many tokens the tokenizer makes of a text alone, without special tokens. */
  int countTokens(String text);

  /** The most tokens of a text that the model can be asked about at once. */
  int roomForText();

  /** Estimates the tokens of conversations from texts of messages of the archive. */
  TokenRates rates(List<String> sample);

  /** Remarks about the model that do not keep it from being used, one sentence each. */
  List<String> warnings();

  @Override
  void close();
}
