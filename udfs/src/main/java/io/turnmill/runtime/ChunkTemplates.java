package io.turnmill.runtime;

import io.turnmill.model.SettingException;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.task.ChunkPrompts;
import io.turnmill.task.TaskOptions.Extract;
import io.turnmill.task.TaskOptions.Summarise;
import io.turnmill.task.TaskOptions.Topics;
import io.turnmill.task.TopicPrompts;

/** The templates by which chunks are asked about: those of the settings, or the usual ones. */
final class ChunkTemplates {
  private ChunkTemplates() {}

  static TextTemplate extract(Extract extract) {
    return parse("extract.prompt", extract.prompt(), ChunkPrompts.EXTRACT);
  }

  static TextTemplate summarise(Summarise summarise) {
    return parse("summarise.prompt", summarise.prompt(), ChunkPrompts.SUMMARISE);
  }

  static TextTemplate reduce(Summarise summarise) {
    return parse("summarise.reduce_prompt", summarise.reducePrompt(), ChunkPrompts.REDUCE);
  }

  /** The template of the last round. */
  static TextTemplate last(Summarise summarise) {
    return summarise.finalPrompt().isEmpty()
        ? reduce(summarise)
        : parse("summarise.final_prompt", summarise.finalPrompt(), "");
  }

  static TextTemplate texts(Topics topics) {
    return parse("topics.prompt", topics.prompt(), TopicPrompts.TEXTS);
  }

  static TextTemplate reduce(Topics topics) {
    return parse("topics.reduce_prompt", topics.reducePrompt(), TopicPrompts.REDUCE);
  }

  /** The template of the last round. */
  static TextTemplate last(Topics topics) {
    return parse("topics.final_prompt", topics.finalPrompt(), TopicPrompts.LAST);
  }

  /**
   * @throws SettingException when the source is not a template, with line and column
   */
  private static TextTemplate parse(String setting, String source, String usual) {
    try {
      return TextTemplate.parse(setting, source.isEmpty() ? usual : source);
    } catch (TemplateException e) {
      throw new SettingException(setting + ": the template cannot be used: " + e.getMessage());
    }
  }
}
