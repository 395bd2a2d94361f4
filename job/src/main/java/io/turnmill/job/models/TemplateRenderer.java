package io.turnmill.job.models;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders one conversation as the model would be asked. */
public interface TemplateRenderer {

  /** The prompt, special tokens spelt out. */
  String render(Request request);

  /**
   * What to render, as JSON knows it.
   *
   * @param model a model folder
   * @param hadoop {@code spark.hadoop} settings that reach it
   * @param template a Jinja file used instead of the model's own template
   * @param messages role, content and whatever else the template looks at
   * @param tools descriptions of tools
   * @param kwargs further variables of the template
   */
  record Request(
      String model,
      Map<String, String> hadoop,
      Optional<String> template,
      List<Map<String, Object>> messages,
      List<Map<String, Object>> tools,
      Map<String, Object> kwargs) {

    /** Numbers only: conversation text never reaches a log. */
    @Override
    public String toString() {
      return "Request[" + model + ", messages=" + messages.size() + "]";
    }
  }
}
