package io.turnmill.task.merge;

import io.turnmill.document.Span;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where answers stand in the text of a chunk: word for word, or else with other case, quotation
 * marks or white space. Models put quotation marks around what they copy, and a full stop after it;
 * if the answer does not stand there with these, it is looked for without them.
 */
public final class AnswerPlaces {
  private static final Pattern AROUND =
      Pattern.compile("^[\\s\"“”„'‘’«»「」『』*`]+|[\\s\"“”„'‘’«»「」『』*`.。]+$");

  private final String text;
  private FoldedText folded;

  /**
   * @param text of the chunk
   */
  public AnswerPlaces(String text) {
    this.text = text;
  }

  /** Where an answer stands first; empty if it does not. */
  public Optional<Span> of(String answer) {
    List<String> forms = List.of(answer.strip(), bare(answer));
    for (String form : forms) {
      Optional<Span> exact = FoldedText.findExactly(text, form);
      if (exact.isPresent()) {
        return exact;
      }
    }
    if (folded == null) {
      folded = new FoldedText(text);
    }
    return forms.stream().flatMap(form -> folded.find(new FoldedText(form)).stream()).findFirst();
  }

  /** What two answers have in common that say the same. */
  static String key(String answer) {
    return new FoldedText(bare(answer)).text();
  }

  private static String bare(String answer) {
    return AROUND.matcher(answer).replaceAll("");
  }
}
