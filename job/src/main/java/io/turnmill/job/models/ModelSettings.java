package io.turnmill.job.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.job.config.AskConfig;
import io.turnmill.job.config.CheckConfig.TooLong;
import io.turnmill.job.config.ClassifyConfig;
import io.turnmill.job.config.EmbedConfig;
import io.turnmill.job.config.EngineBudgets;
import io.turnmill.job.config.ExtractConfig;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.PromptConfig;
import io.turnmill.job.config.SamplingConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.config.TopicsConfig;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The settings of the model's side of a run, as the runtime wants them. */
public final class ModelSettings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelSettings() {}

  /**
   * Turns settings into options.
   *
   * @param startedAt the run's start
   * @throws SetupException when a file that a setting of {@code prompt} names cannot be used
   */
  public static RuntimeOptions options(JobConfig config, Instant startedAt) {
    SamplingConfig sampling = config.sampling();
    return new RuntimeOptions(
        model(config.model()),
        new RuntimeOptions.Budgets(
            config.engine().threads(),
            config.engine().maxNumSeqs(),
            config.engine().maxNumBatchedTokens(),
            config.engine().maxModelLen(),
            0,
            tuning(config.engine())),
        prompts(config, startedAt),
        params(sampling),
        sampling.ignoreEos(),
        sampling.stop(),
        sampling.seed(),
        task(config));
  }

  private static TaskOptions task(JobConfig config) {
    return switch (config.task().kind()) {
      case REPLY, REPLAY, ROLLOUT -> new TaskOptions.Reply(config.task().kind());
      case CLASSIFY -> classify(config.classify());
      case EMBED -> embed(config.embed());
      case SCORE -> new TaskOptions.Score(config.score().fields(), config.score().logprobs());
      case EXTRACT -> extract(config.extract());
      case SUMMARISE ->
          new TaskOptions.Summarise(
              config.summarise().prompt(),
              config.summarise().reducePrompt(),
              config.summarise().finalPrompt());
      case ASK -> ask(config.ask());
      case TOPICS -> topics(config.topics());
    };
  }

  private static TaskOptions ask(AskConfig ask) {
    return new TaskOptions.Ask(
        texts(ask.questions()),
        ask.retrieval(),
        ask.k(),
        ask.neighbours(),
        ask.candidates(),
        ask.prompt(),
        ask.nothing(),
        ask.queryPrompt());
  }

  private static TaskOptions topics(TopicsConfig topics) {
    return new TaskOptions.Topics(
        topics.count(),
        topics.threshold(),
        topics.examples(),
        topics.sample(),
        topics.seed(),
        topics.prompt(),
        topics.reducePrompt(),
        topics.finalPrompt());
  }

  private static TaskOptions extract(ExtractConfig extract) {
    return new TaskOptions.Extract(texts(extract.questions()), extract.prompt(), extract.nothing());
  }

  private static Map<String, String> texts(Map<String, Object> named) {
    Map<String, String> texts = new LinkedHashMap<>();
    named.forEach((name, text) -> texts.put(name, text.toString()));
    return texts;
  }

  private static TaskOptions classify(ClassifyConfig classify) {
    return new TaskOptions.Classify(
        classify.each(),
        classify.labels(),
        texts(classify.descriptions()),
        classify.question(),
        classify.query(),
        classify.queryField(),
        new TaskOptions.Choice(
            classify.multiLabel(), classify.threshold(), classify.unsureBelow(), classify.topK()),
        classify.tooLong(),
        new TaskOptions.LabelMerge(classify.merge(), classify.background()));
  }

  private static TaskOptions embed(EmbedConfig embed) {
    return new TaskOptions.Embed(
        embed.each(),
        embed.prompt(),
        embed.pooling() == EmbedConfig.Pooling.MODEL ? "" : name(embed.pooling()),
        embed.normalize(),
        embed.dimensions(),
        embed.dtype(),
        embed.tooLong());
  }

  private static SamplingParams params(SamplingConfig sampling) {
    return new SamplingParams(
        sampling.maxTokens(),
        sampling.minTokens(),
        sampling.temperature(),
        sampling.topP(),
        sampling.topK(),
        sampling.minP(),
        Set.copyOf(sampling.stopTokenIds()),
        new Penalties(
            sampling.repetitionPenalty(), sampling.presencePenalty(), sampling.frequencyPenalty()),
        sampling.logitBias(),
        sampling.n(),
        sampling.logprobs(),
        new RepetitionDetection(
            sampling.repetitionDetection().maxPatternSize(),
            sampling.repetitionDetection().minPatternSize(),
            sampling.repetitionDetection().minCount()),
        ThinkingBudget.UNLIMITED); // the runtime finds the tokens that end reasoning
  }

  private static RuntimeOptions.Tuning tuning(EngineBudgets engine) {
    return new RuntimeOptions.Tuning(
        engine.gpuMemoryUtilization(),
        engine.cpuMemoryUtilization(),
        engine.longPrefillTokenThreshold(),
        engine.enablePrefixCaching(),
        engine.keepAlive());
  }

  private static RuntimeOptions.Model model(ModelConfig model) {
    return new RuntimeOptions.Model(
        localPath(model.path()),
        localPath(model.adapter()),
        name(model.dtype()),
        name(model.quantization()),
        name(model.device()));
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static RuntimeOptions.Prompts prompts(JobConfig config, Instant startedAt) {
    PromptConfig prompt = config.prompt();
    String message = PromptFiles.message(prompt);
    if (config.clean().comparesSessions() && PromptFiles.showsSessionId(message)) {
      throw new SetupException(
          "prompt.message: it shows the model the session_id, so no two sessions are asked the"
              + " same, and none is the duplicate of another. Take session_id out of the template,"
              + " or set clean.duplicate_sessions and clean.near_duplicates to keep.");
    }
    try {
      return new RuntimeOptions.Prompts(
          prompt.template().isEmpty() ? "" : Files.readString(Path.of(prompt.template())),
          prompt.templateName(),
          JSON.writeValueAsString(prompt.templateKwargs()),
          prompt.systemPrompt(),
          prompt.allowSpecialTokens(),
          config.check().tooLong() == TooLong.CUT_LEFT,
          startedAt,
          new RuntimeOptions.Framing(
              message, PromptFiles.examples(prompt), prompt.continueFinalMessage()),
          new RuntimeOptions.Reasoning(prompt.reasoning(), config.sampling().thinkingBudget()));
    } catch (JsonProcessingException e) {
      throw new SetupException("prompt.template_kwargs cannot be written as JSON", e);
    } catch (IOException e) {
      throw new SetupException("prompt.template: cannot read " + prompt.template(), e);
    }
  }

  /** A {@code file:} URI is a path on the local disk; what is fetched keeps its address. */
  static String localPath(String path) {
    return path.regionMatches(true, 0, "file:", 0, 5)
        ? new org.apache.hadoop.fs.Path(path).toUri().getPath()
        : path;
  }
}
