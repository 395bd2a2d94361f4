package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;

/**
 * The marks of a reasoning that some templates open at the end of a prompt. A model that is asked
 * without writing anything is asked for its answer, so the reasoning is closed before that, as it
 * is after a model has finished it.
 *
 * @param start the mark before the reasoning, such as {@code <think>}
 * @param end the mark after it
 */
public record ClosedReasoning(String start, String end) {

  /**
   * The prompt with the mark that closes the reasoning, if the template has opened one at its end.
   * The white space after the opening mark stands before the closing one as well, and twice after
   * it: {@code <think>\n} becomes {@code <think>\n\n</think>\n\n}, which is what templates with a
   * switch for reasoning write when it is off.
   */
  Rendered in(Rendered prompt) {
    String text = prompt.text();
    String opened = text.stripTrailing();
    int begin = opened.length() - start.length();
    if (!opened.endsWith(start) || prompt.isInput(begin, opened.length())) {
      return prompt;
    }
    String space = text.substring(opened.length());
    return prompt.then(space + end + space + space);
  }
}
