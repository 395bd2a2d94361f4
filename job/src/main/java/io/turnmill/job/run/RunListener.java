package io.turnmill.job.run;

import io.turnmill.job.report.Progress;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a run tells people while it is under way.
 *
 * @param progress takes counts
 * @param notes takes sentences
 */
public record RunListener(Progress progress, Consumer<String> notes) {
  public void note(String sentence) {
    notes.accept(sentence);
  }

  public void note(List<String> sentences) {
    sentences.forEach(notes);
  }
}
