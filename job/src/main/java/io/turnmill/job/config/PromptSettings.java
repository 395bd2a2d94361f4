package io.turnmill.job.config;

import static io.turnmill.job.config.Setting.operation;
import static io.turnmill.job.config.Setting.required;
import static io.turnmill.job.config.Setting.results;

import java.util.List;
import java.util.Map;

/** {@code model.*}, {@code check.*} and {@code prompt.*}: from a session to a prompt. */
final class PromptSettings {
  static final Setting<String> MODEL_PATH =
      required(
          "model.path",
          Types.PATH,
          "Model folder as Hugging Face publishes it: a local path that every node has, or a folder"
              + " on any Hadoop file system, which each host fetches once.",
          c -> c.model().path());

  static final Setting<ModelConfig.Dtype> DTYPE =
      results(
          "model.dtype",
          Types.oneOf(ModelConfig.Dtype.class),
          ModelConfig.Dtype.AUTO,
          "Precision of the arithmetic; auto takes the fastest one that fits machine and weights.",
          c -> c.model().dtype());

  static final Setting<String> ADAPTER =
      operation( // what it does to results stands in the fingerprint
          "model.adapter",
          Types.OPTIONAL_PATH,
          "",
          "LoRA adapter as PEFT stores it, merged into the model when that is loaded; a folder like"
              + " model.path.",
          c -> c.model().adapter());

  static final Setting<ModelConfig.Quantization> QUANTIZATION =
      results(
          "model.quantization",
          Types.oneOf(ModelConfig.Quantization.class),
          ModelConfig.Quantization.NONE,
          "int8 keeps the matrices of the model's blocks in 8 bits and multiplies in 8 bits: faster,"
              + " smaller, a little less exact.",
          c -> c.model().quantization());

  static final Setting<ModelConfig.Device> DEVICE =
      results(
          "model.device",
          Types.oneOf(ModelConfig.Device.class),
          ModelConfig.Device.AUTO,
          "auto: the GPU that Spark assigned to the task, or the CPU where it assigned none or PyTorch"
              + " sees none; cuda: a GPU or an error.",
          c -> c.model().device());

  static final Setting<String> CACHE_PATH =
      operation(
          "model.cache_path",
          Types.OPTIONAL_PATH,
          "",
          "Local folder in which each host keeps the models that it fetched; empty:"
              + " /tmp/turnmill-USER/models.",
          c -> c.model().cache().path());

  static final Setting<Long> CACHE_LIMIT_BYTES =
      operation(
          "model.cache_limit_bytes",
          new ScalarTypes.Whole(0, Long.MAX_VALUE),
          256L << 30,
          "Most bytes in that folder; the least recently used model goes first. 0: what the disk"
              + " holds.",
          c -> c.model().cache().limitBytes());

  static final Setting<CheckConfig.BadMessage> BAD_MESSAGE =
      results(
          "check.bad_message",
          Types.oneOf(CheckConfig.BadMessage.class),
          CheckConfig.BadMessage.REJECT_MESSAGE,
          "A bad message goes alone, or takes its session along.",
          c -> c.check().badMessage());

  static final Setting<CheckConfig.BadFile> BAD_FILE =
      results(
          "check.bad_file",
          Types.oneOf(CheckConfig.BadFile.class),
          CheckConfig.BadFile.FAIL,
          "A file that cannot be read to its end ends the run, or is rejected with every session"
              + " that has a record in it.",
          c -> c.check().badFile());

  static final Setting<CheckConfig.TooLong> TOO_LONG =
      results(
          "check.too_long",
          Types.oneOf(CheckConfig.TooLong.class),
          CheckConfig.TooLong.REJECT,
          "A conversation that the model cannot take is rejected, or loses its oldest messages"
              + " (never the system prompt, never the last user turn).",
          c -> c.check().tooLong());

  static final Setting<String> TEMPLATE =
      results(
          "prompt.template",
          Types.OPTIONAL_PATH,
          "",
          "Jinja file used instead of the model's own chat template.",
          c -> c.prompt().template());

  static final Setting<String> TEMPLATE_NAME =
      results(
          "prompt.template_name",
          Types.OPTIONAL_TEXT,
          "",
          "Which of the model's named templates; empty: the default one.",
          c -> c.prompt().templateName());

  static final Setting<Map<String, Object>> TEMPLATE_KWARGS =
      results(
          "prompt.template_kwargs",
          new CollectionTypes.AnyValues("map from names to values"),
          Map.of(),
          "Further variables for the template, such as { enable_thinking = false }.",
          c -> c.prompt().templateKwargs());

  static final Setting<String> SYSTEM_PROMPT =
      results(
          "prompt.system_prompt",
          Types.OPTIONAL_TEXT,
          "",
          "Text put in front of a session that has no system message.",
          c -> c.prompt().systemPrompt());

  static final Setting<Boolean> ALLOW_SPECIAL_TOKENS =
      results(
          "prompt.allow_special_tokens",
          Types.FLAG,
          false,
          "Whether text in a message that spells a special token becomes that token.",
          c -> c.prompt().allowSpecialTokens());

  static final List<Setting<?>> MODEL =
      List.of(MODEL_PATH, ADAPTER, DTYPE, QUANTIZATION, DEVICE, CACHE_PATH, CACHE_LIMIT_BYTES);
  static final List<Setting<?>> CHECK = List.of(BAD_MESSAGE, BAD_FILE, TOO_LONG);
  static final List<Setting<?>> PROMPT =
      List.of(TEMPLATE, TEMPLATE_NAME, TEMPLATE_KWARGS, SYSTEM_PROMPT, ALLOW_SPECIAL_TOKENS);

  private PromptSettings() {}

  static ModelConfig readModel(Values values) {
    return new ModelConfig(
        values.get(MODEL_PATH),
        values.get(ADAPTER),
        values.get(DTYPE),
        values.get(QUANTIZATION),
        values.get(DEVICE),
        new ModelConfig.Cache(values.get(CACHE_PATH), values.get(CACHE_LIMIT_BYTES)));
  }

  static CheckConfig readCheck(Values values) {
    return new CheckConfig(values.get(BAD_MESSAGE), values.get(BAD_FILE), values.get(TOO_LONG));
  }

  static PromptConfig readPrompt(Values values) {
    return new PromptConfig(
        values.get(TEMPLATE),
        values.get(TEMPLATE_NAME),
        values.get(TEMPLATE_KWARGS),
        values.get(SYSTEM_PROMPT),
        values.get(ALLOW_SPECIAL_TOKENS));
  }
}
