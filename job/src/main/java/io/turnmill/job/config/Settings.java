package io.turnmill.job.config;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every setting of the job, in the order in which people read them. */
final class Settings {

  /**
   * A group of settings.
   *
   * @param name the part of the keys before the first dot
   * @param title what the group is about
   */
  record Section(String name, String title, List<Setting<?>> settings) {}

  static final List<Section> SECTIONS =
      List.of(
          new Section("model", "The model", PromptSettings.MODEL),
          new Section("input", "What is read", InputSettings.ALL),
          new Section("check", "What happens to what is not right", PromptSettings.CHECK),
          new Section("prompt", "From a conversation to a prompt", PromptSettings.PROMPT),
          new Section("sampling", "How replies are drawn, named as in vLLM", SamplingSettings.ALL),
          new Section("engine", "Budgets of the engine in each executor", EngineSettings.ALL),
          new Section("output", "Where the results go", OperationSettings.OUTPUT),
          new Section("cache", "What is kept from run to run", OperationSettings.CACHE),
          new Section("limits", "When a run counts as failed", OperationSettings.LIMITS),
          new Section("spark", "Spark itself", List.of(OperationSettings.SPARK)));

  static final List<Setting<?>> ALL =
      SECTIONS.stream().<Setting<?>>flatMap(section -> section.settings().stream()).toList();

  static final Map<String, Setting<?>> BY_KEY =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::key, Function.identity()));

  private Settings() {}
}
