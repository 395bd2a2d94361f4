package io.turnmill.job.models;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.HostFolders;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.spark.Spark;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.EncodedTexts;
import io.turnmill.runtime.ModelInspection;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.runtime.TextEncoder;
import io.turnmill.runtime.TextEncoder.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Model folders anywhere: inspected by their outlines, run after they were fetched. */
public final class FolderModelTool implements ModelTool {
  private static final int MAX_BATCHED_TOKENS = 2048;

  /** A tool of the command line knows no settings file. */
  private static final ModelConfig.Cache CACHE = new ModelConfig.Cache("", 256L << 30);

  @Override
  public ModelInspection inspect(RuntimeOptions.Model model, Map<String, String> hadoop) {
    RuntimeOptions options = options(model);
    try (ModelFolders folders = open(options, hadoop)) {
      RuntimeOptions.Model here = folders.local(options).model();
      ModelInspection inspection = ModelInspection.of(Path.of(here.folder()), here.adapterPath());
      return new ModelInspection(
          inspection.facts(),
          inspection.warnings().stream().map(folders::asNamed).toList(),
          inspection.problems().stream().map(folders::asNamed).toList());
    }
  }

  @Override
  public Vectors encode(
      RuntimeOptions.Model model,
      Map<String, String> hadoop,
      List<Text> texts,
      Optional<String> prompt) {
    RuntimeOptions options = options(model);
    try (ModelFolders folders = open(options, hadoop)) {
      HadoopConf conf = new HadoopConf(Spark.hadoop(hadoop));
      RuntimeOptions.Model here =
          new HostFolders(folders.sources(), CACHE, conf).onThisHost(options).model();
      try (TextEncoder encoder = TextEncoder.load(here, MAX_BATCHED_TOKENS)) {
        List<String> labels =
            encoder.head() instanceof Classification classification
                ? classification.labels()
                : List.of();
        return new Vectors(
            labels,
            vectors(encoder, texts, prompt),
            encoder.warnings().stream().map(folders::asNamed).toList());
      }
    } catch (ModelException e) {
      throw new SetupException(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new SetupException((prompt.isPresent() ? "--prompt: " : "") + e.getMessage());
    }
  }

  private static List<float[]> vectors(
      TextEncoder encoder, List<Text> texts, Optional<String> prompt) {
    List<float[]> vectors = new ArrayList<>();
    try (EncodedTexts<Text> results = encoder.encode(texts.iterator(), text -> text, prompt)) {
      while (results.hasNext()) {
        vectors.add(vector(results.next().outcome(), vectors.size() + 1));
      }
    }
    return vectors;
  }

  private static float[] vector(Outcome outcome, int number) {
    if (outcome instanceof Outcome.Failure failure) {
      throw new SetupException(
          String.format(
              Locale.ROOT,
              "Text %d has no vector: %s (%s).",
              number,
              failure.detail(),
              failure.code()));
    }
    return ((Outcome.Vector) outcome).values();
  }

  private static ModelFolders open(RuntimeOptions options, Map<String, String> hadoop) {
    return ModelFolders.open("PATH", options, 0, () -> Spark.hadoop(hadoop));
  }

  private static RuntimeOptions options(RuntimeOptions.Model model) {
    RuntimeOptions options = RuntimeOptions.of(model, SamplingParams.greedy(1));
    return options.withFolders(ModelSettings::localPath);
  }
}
