package io.turnmill.prompt.jinja;

import java.util.HashMap;
import java.util.Map;

/** The variables that a template is rendered with, and where their text comes from. */
public final class Variables {
  /** Marks a string inside a JSON value as the template's own: a role, never a content. */
  public record OfTemplate(String value) {}

  private final Map<String, Object> values = new HashMap<>();

  /** A JSON value whose text comes from outside: a conversation, tools, settings of a request. */
  public Variables input(String name, Object json) {
    values.put(name, TemplateValues.input(json));
    return this;
  }

  /** A text that belongs to the template, such as a special token of the model. */
  public Variables template(String name, String text) {
    values.put(name, Text.template(text));
    return this;
  }

  Object get(String name) {
    return values.get(name);
  }
}
