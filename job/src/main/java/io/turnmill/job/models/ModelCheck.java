package io.turnmill.job.models;

import io.turnmill.inference.SamplingParams;
import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SamplingConfig.From;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.HostFolders;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.executor.VerifiedModelLoader;
import io.turnmill.job.fetch.ModelSource;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.model.ModelException;
import io.turnmill.model.SettingException;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.runtime.RuntimeOptions.Framing;
import io.turnmill.runtime.TokenRates;
import io.turnmill.task.TaskOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A model folder that was checked on the driver.
 *
 * @param options how executors load it, with the folder as the user named it
 * @param sources folders that executors have to fetch, by the name that they have in the options
 * @param fingerprint SHA-256, hexadecimal
 * @param maxModelLen longest sequence in tokens
 * @param rates how many tokens conversations have
 * @param facts for the manifest, in order
 * @param warnings what is odd about the model or the settings for it and does not keep it from
 *     being used, one sentence each
 */
public record ModelCheck(
    RuntimeOptions options,
    Map<String, ModelSource> sources,
    String fingerprint,
    int maxModelLen,
    TokenRates rates,
    Map<String, Object> facts,
    List<String> warnings) {
  private static final String END_OF_SEQUENCE = "end_of_sequence";
  private static final String SAMPLING = "sampling";

  /** Opens the folder, its tokenizer and its template for {@link #of}. */
  public static ModelFrontEnd open(EffectiveConfig effective, ModelFolders folders) {
    try {
      return ModelFrontEnd.open(folders.local(effective.options()));
    } catch (ModelException e) {
      throw setup(folders, e);
    }
  }

  private static SetupException setup(ModelFolders folders, ModelException e) {
    if (e instanceof SettingException) {
      return new SetupException(folders.asNamed(e.getMessage()));
    }
    return new SetupException("model.path: " + folders.asNamed(e.getMessage()));
  }

  /**
   * Checks the settings against what {@link #open} has read.
   *
   * @param parts what {@link #open} returned
   * @param sample texts of messages of the archive, from which the tokens of all are estimated
   * @param fits refuses a model that does not fit what it is for
   */
  public static ModelCheck of(
      EffectiveConfig effective,
      ModelFolders folders,
      ModelFrontEnd parts,
      List<String> sample,
      Consumer<ModelFrontEnd> fits) {
    RuntimeOptions options = effective.options();
    try {
      boolean writes = options.task().kind().writes();
      if (writes && parts instanceof DecoderFrontEnd decoder) {
        checkSampling(effective, decoder);
      }
      fits.accept(parts); // it says most plainly what the model is for
      parts.check();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("path", FileSystems.shown(options.model().folder()));
      if (!options.model().adapter().isEmpty()) {
        facts.put("adapter", FileSystems.shown(options.model().adapter()));
      }
      facts.put("architecture", parts.folder().spec().architecture());
      facts.put("fingerprint", parts.folder().fingerprint());
      facts.put("dtype", options.model().dtype());
      facts.put("quantization", options.model().quantization());
      facts.putAll(parts.facts());
      if (writes && parts instanceof DecoderFrontEnd decoder) {
        facts.put(END_OF_SEQUENCE, decoder.endOfSequence());
        facts.put(SAMPLING, effective.sampling());
      }
      return new ModelCheck(
          options,
          folders.sources(),
          parts.folder().fingerprint(),
          parts.maxModelLen(),
          parts.rates(sample),
          facts,
          parts.warnings().stream().map(folders::asNamed).toList());
    } catch (ModelException e) {
      throw setup(folders, e);
    }
  }

  private static void checkSampling(EffectiveConfig effective, DecoderFrontEnd decoder) {
    SamplingParams sampling = effective.options().sampling();
    if (decoder.maxPromptTokens() < 1) {
      throw new SetupException(
          "sampling.max_tokens = "
              + sampling.maxTokens()
              + " leaves no room for a prompt: the model's context is "
              + decoder.maxModelLen()
              + " tokens."
              + (effective.config().sampling().from() == From.MODEL
                  ? " If generation_config.json recommends that many, set fewer."
                  : ""));
    }
    checkTokenIds(sampling, decoder.folder().spec().vocabSize());
  }

  /** Ids that the model has no score for would be a fault of the device. */
  private static void checkTokenIds(SamplingParams sampling, int vocabSize) {
    Map<String, Set<Integer>> named =
        Map.of(
            "sampling.logit_bias", sampling.logitBias().keySet(),
            "sampling.stop_token_ids", sampling.stopTokenIds());
    List<String> wrong = new ArrayList<>();
    named.forEach(
        (setting, ids) ->
            ids.stream()
                .filter(id -> id >= vocabSize)
                .sorted()
                .map(id -> setting + ": " + id + " is not a token of this model")
                .forEach(wrong::add));
    if (!wrong.isEmpty()) {
      Collections.sort(wrong);
      throw new SetupException(
          String.join("\n", wrong) + "; its token ids go from 0 to " + (vocabSize - 1) + ".");
    }
  }

  /** The same model, which takes only this share of what the settings let it take of a GPU. */
  ModelCheck withShareOfGpu(double share) {
    double most = options.budgets().tuning().gpuMemoryUtilization();
    return new ModelCheck(
        options.withGpuMemoryUtilization(share * most),
        sources,
        fingerprint,
        maxModelLen,
        rates,
        facts,
        warnings);
  }

  /** The same model, of which something else is asked. */
  public ModelCheck withTask(TaskOptions task) {
    return new ModelCheck(
        options.withTask(task), sources, fingerprint, maxModelLen, rates, facts, warnings);
  }

  /** The same model with more that is odd about it. */
  ModelCheck withWarnings(List<String> more) {
    return new ModelCheck(
        options,
        sources,
        fingerprint,
        maxModelLen,
        rates,
        facts,
        Stream.concat(warnings.stream(), more.stream()).toList());
  }

  /** What decides where replies end and how they are drawn, for the log. */
  public List<String> notes() {
    return Stream.of(END_OF_SEQUENCE, SAMPLING)
        .filter(facts::containsKey)
        .map(name -> name.replace('_', ' ') + ": " + facts.get(name))
        .toList();
  }

  /**
   * How executors load this model.
   *
   * @param startedAt what templates see as the time
   * @param longestPrompt upper bound in tokens; 0 where nothing is known
   * @param cache of model folders on each host
   * @param loaders makes what loads from local folders
   */
  public ModelLoader loader(
      Instant startedAt,
      int longestPrompt,
      ModelConfig.Cache cache,
      HadoopConf hadoop,
      ModelLoaderFactory loaders) {
    return new VerifiedModelLoader(
        options.startedAt(startedAt).withLongestPrompt(longestPrompt),
        new HostFolders(sources, cache, hadoop),
        fingerprint,
        loaders);
  }

  /** What stands in the files of the settings from which prompts are made, by setting. */
  public Map<String, String> promptFiles() {
    Framing framing = options.prompts().framing();
    Map<String, String> files = new TreeMap<>();
    files.put("template", options.prompts().template());
    files.put("message_file", framing.message());
    files.put("examples", PromptFiles.text(framing.examples()));
    files.values().removeIf(String::isEmpty);
    return files;
  }
}
