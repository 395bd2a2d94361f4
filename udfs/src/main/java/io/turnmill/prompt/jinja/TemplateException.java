package io.turnmill.prompt.jinja;

/**
 * The one error of the interpreter: a template that cannot be read, or one that cannot be rendered
 * for these values. The message names the construct and its place in the template; it holds words
 * of the template and names of types, never text of a conversation.
 */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;
  private final int column;

  /** An error whose place is not known yet; the evaluator adds it on the way up. */
  TemplateException(String problem) {
    this(problem, 0, 0);
  }

  TemplateException(String problem, SourcePosition place) {
    this(problem, place.line(), place.column());
  }

  private TemplateException(String problem, int line, int column) {
    super(line == 0 ? problem : problem + " (template line " + line + ", column " + column + ")");
    this.problem = problem;
    this.line = line;
    this.column = column;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** Line in the template, from 1; 0 if the error concerns the template as a whole. */
  public int line() {
    return line;
  }

  /** Column in the template, from 1; 0 if the error concerns the template as a whole. */
  public int column() {
    return column;
  }

  /** This error at the given place, unless it has one already. */
  TemplateException at(SourcePosition place) {
    if (line != 0) {
      return this;
    }
    TemplateException placed = placed(place);
    placed.setStackTrace(getStackTrace());
    return placed;
  }

  TemplateException placed(SourcePosition place) {
    return new TemplateException(problem, place);
  }
}
