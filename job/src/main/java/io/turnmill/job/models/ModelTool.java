package io.turnmill.job.models;

import io.turnmill.runtime.ModelInspection;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.runtime.TextEncoder.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the commands {@code model …} ask of a model folder. */
public interface ModelTool {

  /**
   * What is understood of a model, without loading it.
   *
   * @param hadoop {@code spark.hadoop} settings that reach it
   */
  ModelInspection inspect(RuntimeOptions.Model model, Map<String, String> hadoop);

  /**
   * Runs an encoder over a few texts.
   *
   * @param hadoop {@code spark.hadoop} settings that reach it
   * @param prompt which of the model's prompts; empty for its default one
   */
  Vectors encode(
      RuntimeOptions.Model model,
      Map<String, String> hadoop,
      List<Text> texts,
      Optional<String> prompt);

  /**
   * Embeddings, or scores.
   *
   * @param labels of the scores; empty for embeddings
   * @param values a vector for each text
   * @param warnings what is odd about the model and does not keep it from being used, one sentence
   *     each
   */
  record Vectors(List<String> labels, List<float[]> values, List<String> warnings) {}
}
