package io.turnmill.task;

import io.turnmill.task.TaskOptions.Classify;
import java.util.List;

/** The words by which a decoder is asked for the label of a text. */
final class LabelQuestion {
  /** The answers to a question that is answered by yes or no. */
  static final List<String> YES_NO = List.of("Yes", "No");

  private final Classify options;

  LabelQuestion(Classify options) {
    this.options = options;
  }

  /** What a text is, as the question names it. */
  enum Kind {
    CONVERSATION("conversation", "Conversation"),
    MESSAGE("message", "Message"),
    TEXT("text", "Text");

    private final String thing;
    private final String title;

    Kind(String thing, String title) {
      this.thing = thing;
      this.title = title;
    }
  }

  /** The labels to choose from: yes and no for a question without labels. */
  static List<String> labels(Classify options) {
    return options.labels().isEmpty() ? YES_NO : options.labels();
  }

  /** How many questions there are about one text: one, or one for each label. */
  int count() {
    return options.choice().multiLabel() ? labels(options).size() : 1;
  }

  /**
   * A question about a text.
   *
   * @param place from 0, below {@link #count}
   */
  String about(Kind kind, String text, int place) {
    return options.choice().multiLabel()
        ? aboutOne(kind, text, labels(options).get(place))
        : aboutAll(kind, text);
  }

  /** The labels come first: prompts of all sessions begin alike, which is computed once. */
  private String aboutAll(Kind kind, String about) {
    StringBuilder text = new StringBuilder();
    text.append(
        options.question().isEmpty()
            ? "Which of these labels fits the " + kind.thing + " below best?"
            : options.question());
    text.append("\n\nPossible answers:");
    for (String label : labels(options)) {
      text.append("\n- ").append(label).append(description(label));
    }
    text.append("\n\n").append(kind.title).append(":\n").append(about);
    return text.append("\n\nGive one of the possible answers and nothing else.").toString();
  }

  /** The session comes first: the prompts of all labels begin alike, which is computed once. */
  private String aboutOne(Kind kind, String about, String label) {
    String question =
        options.question().isEmpty()
            ? "Does this label fit the " + kind.thing + " above?"
            : options.question();
    return kind.title
        + ":\n"
        + about
        + "\n\n"
        + question
        + "\nLabel: "
        + label
        + description(label)
        + "\n\nAnswer Yes or No and nothing else.";
  }

  private String description(String label) {
    String description = options.descriptions().getOrDefault(label, "");
    return description.isEmpty() ? "" : ": " + description;
  }
}
