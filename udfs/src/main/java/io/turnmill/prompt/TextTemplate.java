package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Template;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.RejectionCode;
import java.time.Clock;

/**
 * A template of the settings that writes the text of a message. It is rendered by the interpreter
 * of chat templates, in the same sandbox. What it writes is the content of a message, so no part of
 * it becomes a special token. Parsed once; immutable, for any number of threads.
 */
public final class TextTemplate {
  private final String setting;
  private final Template template;

  private TextTemplate(String setting, Template template) {
    this.setting = setting;
    this.template = template;
  }

  /**
   * Reads a template.
   *
   * @param setting the key of the setting that it is the value of
   * @throws TemplateException if the source is not a template, with line and column
   */
  public static TextTemplate parse(String setting, String source) {
    return new TextTemplate(setting, Template.parse(source));
  }

  /**
   * Renders the text, which is not blank.
   *
   * @throws PromptRefusal if it cannot be rendered with these variables, or has no text
   */
  public String render(Variables variables, Clock clock) {
    try {
      String text = template.render(variables, clock).text();
      if (text.isBlank()) {
        throw new PromptRefusal(
            RejectionCode.TEMPLATE_ERROR, setting + ": the template wrote nothing");
      }
      return text;
    } catch (TemplateRefused refused) {
      throw new PromptRefusal(
          RejectionCode.TEMPLATE_REFUSED, setting + ": " + refused.getMessage());
    } catch (TemplateException broken) {
      throw new PromptRefusal(RejectionCode.TEMPLATE_ERROR, setting + ": " + broken.getMessage());
    }
  }
}
