package io.turnmill.runtime;

import io.turnmill.model.SettingException;
import io.turnmill.task.TaskOptions.Classify;

/** What a model that writes text can be asked for by the task {@code classify}. */
final class LabelSettings {
  private LabelSettings() {}

  /**
   * Refuses settings by which such a model cannot be asked for labels, or whose answer is known.
   *
   * @throws SettingException with one message for the user
   */
  static void check(Classify classify) {
    if (!classify.query().isEmpty() || !classify.queryField().isEmpty()) {
      throw new SettingException(
          "classify.query and classify.query_field are for encoders that compare two texts; ask"
              + " this model by classify.question.");
    }
    if (classify.labels().isEmpty() && classify.question().isEmpty()) {
      throw new SettingException(
          "classify.labels: a model that writes text has no labels of its own. Set them, or ask a"
              + " question that is answered by yes or no (classify.question).");
    }
    if (classify.labels().isEmpty() && classify.choice().multiLabel()) {
      throw new SettingException(
          "classify.multi_label: a question without labels is answered by yes or no, and one of"
              + " them excludes the other. Set classify.labels, or leave multi_label out.");
    }
    if (classify.labels().size() == 1 && !classify.choice().multiLabel()) {
      throw new SettingException(
          "classify.labels: of one label alone the probability is always 1. Set a second one, or"
              + " multi_label = true to ask whether the label applies.");
    }
  }
}
