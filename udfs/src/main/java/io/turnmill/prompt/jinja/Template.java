package io.turnmill.prompt.jinja;

import java.time.Clock;
import java.util.List;

/**
 * A chat template, parsed once and rendered as often as wanted, by any number of threads.
 *
 * <p>The language is that of Jinja 3.1 in a sandbox, as {@code transformers} sets it up. What this
 * interpreter does not know is a {@link TemplateException}, never a guess.
 */
public final class Template {
  private final Block body;
  private final List<String> names;
  private final int loopId;

  private Template(Block body, Symbols symbols) {
    this.body = body;
    this.loopId = symbols.id("loop");
    this.names = symbols.names();
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if the source is no template, or one that asks for what is not
   *     supported
   */
  public static Template parse(String source) {
    Symbols symbols = new Symbols();
    try {
      return new Template(
          new StatementParser(new Tokens(Lexer.tokens(source)), symbols).template(), symbols);
    } catch (StackOverflowError e) {
      throw new TemplateException("the template nests too deep for this thread");
    }
  }

  /**
   * Renders the template within the usual limits.
   *
   * @throws TemplateRefused if the template raises an exception of its own
   * @throws TemplateException if it cannot be rendered with these variables
   */
  public Rendered render(Variables variables, Clock clock) {
    return render(variables, clock, Limits.DEFAULT);
  }

  /** As {@link #render(Variables, Clock)}, within the given limits. */
  public Rendered render(Variables variables, Clock clock, Limits limits) {
    Object[] globals = new Object[names.size()];
    for (int i = 0; i < globals.length; i++) {
      Object value = variables.get(names.get(i));
      globals[i] = value == null ? Globals.find(names.get(i)) : value;
    }
    try {
      return new Rendered(new Renderer(new Run(limits, clock), globals, loopId).render(body));
    } catch (StackOverflowError e) {
      throw new TemplateException("the template nests too deep for this thread");
    }
  }
}
