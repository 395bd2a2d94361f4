package io.turnmill.job.config;

import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.MergeRule;
import io.turnmill.task.TaskOptions.Retrieval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Settings that were given another value than their default and do not apply to the run. */
public final class WithoutEffect {
  private WithoutEffect() {}

  /**
   * What settings may apply to.
   *
   * @param writer whether one of the models is asked as a model that writes text
   * @param encoder whether one of them takes texts as an encoder
   */
  private record Run(JobConfig config, boolean writer, boolean encoder) {
    TaskKind task() {
      return config.task().kind();
    }

    /** Also where vectors serve to find parts of texts or topics. */
    boolean makesVectors() {
      return switch (task()) {
        case EMBED, TOPICS -> true;
        case ASK -> config.ask().retrieval() == Retrieval.ENCODER;
        case REPLY, REPLAY, ROLLOUT, CLASSIFY, SCORE, EXTRACT, SUMMARISE -> false;
      };
    }

    boolean classifies() {
      return task() == TaskKind.CLASSIFY;
    }
  }

  /**
   * Where settings apply.
   *
   * @param keys the key of a setting, or the beginning of many keys, with its dot at the end
   * @param why the reason for which they have no effect elsewhere
   */
  private record Rule(String keys, Predicate<Run> applies, String why) {
    boolean names(Setting setting) {
      return setting.key().equals(keys) || (keys.endsWith(".") && setting.key().startsWith(keys));
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule("sampling.", run -> run.task().writes(), "the task writes nothing"),
          new Rule("prompt.", Run::writer, "only a model that writes text is asked by a prompt"),
          new Rule(
              "check.too_long",
              Run::writer,
              "it is for prompts; texts of encoders have classify.too_long and embed.too_long"),
          new Rule("classify.", Run::classifies, "it is for task.kind = classify"),
          new Rule("embed.", Run::makesVectors, "it is for tasks that make vectors"),
          new Rule(
              "extract.", run -> run.task() == TaskKind.EXTRACT, "it is for task.kind = extract"),
          new Rule(
              "summarise.",
              run -> run.task() == TaskKind.SUMMARISE,
              "it is for task.kind = summarise"),
          new Rule("ask.", run -> run.task() == TaskKind.ASK, "it is for task.kind = ask"),
          new Rule(
              "ask.candidates",
              run -> !run.config().ask().reranker().isEmpty(),
              "without ask.reranker nothing is compared again"),
          new Rule(
              "ask.query_prompt",
              run -> run.config().ask().retrieval() == Retrieval.ENCODER,
              "without ask.encoder questions have no vectors"),
          new Rule(
              "embed.each",
              run -> run.task() == TaskKind.EMBED,
              "each text has one vector, made of those of its chunks"),
          new Rule("topics.", run -> run.task() == TaskKind.TOPICS, "it is for task.kind = topics"),
          new Rule("score.", run -> run.task() == TaskKind.SCORE, "it is for task.kind = score"),
          new Rule(
              "classify.too_long",
              run -> run.classifies() && run.encoder(),
              "it is for encoders; prompts of models that write text have check.too_long"),
          new Rule(
              "classify.threshold",
              run ->
                  run.config().classify().multiLabel()
                      || run.config().classify().merge() == MergeRule.ANY,
              "it is for classify.multi_label and classify.merge = any"),
          new Rule(
              "classify.unsure_below",
              run -> !run.config().classify().multiLabel(),
              "with classify.multi_label there is not one score that could be unsure"));

  /**
   * One sentence for each reason.
   *
   * @param writer whether one of the models writes text
   * @param encoder whether one of them is an encoder
   */
  public static List<String> in(JobConfig config, boolean writer, boolean encoder) {
    boolean embeds = config.task().kind() == TaskKind.EMBED; // every model is an encoder then
    Run run = new Run(config, writer && !embeds, encoder || embeds);
    Map<Rule, List<String>> idle = new LinkedHashMap<>();
    for (Setting setting : Settings.ALL) {
      if (isSet(setting, config)) {
        RULES.stream()
            .filter(rule -> rule.names(setting) && !rule.applies().test(run))
            .findFirst() // one reason is enough
            .ifPresent(
                rule -> idle.computeIfAbsent(rule, any -> new ArrayList<>()).add(setting.key()));
      }
    }
    return idle.entrySet().stream()
        .map(
            of ->
                String.join(", ", of.getValue())
                    + (of.getValue().size() == 1 ? " has" : " have")
                    + " no effect: "
                    + of.getKey().why()
                    + ".")
        .toList();
  }

  private static boolean isSet(Setting setting, JobConfig config) {
    return !setting.plainDefault().map(setting.plainValue(config)::equals).orElse(false);
  }
}
