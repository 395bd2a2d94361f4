package io.turnmill.task;

import io.turnmill.prompt.Halving;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.Transcript;
import io.turnmill.task.TaskOptions.Classify;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The prompts by which a decoder is asked for the label of a session or of a message. */
final class LabelPrompts {
  /** The answers to a question that is answered by yes or no. */
  static final List<String> YES_NO = List.of("Yes", "No");

  private final Classify options;
  private final PromptBuilder prompts;
  private final boolean cutLeft;

  LabelPrompts(Classify options, PromptBuilder prompts, boolean cutLeft) {
    this.options = options;
    this.prompts = prompts;
    this.cutLeft = cutLeft;
  }

  /** The labels to choose from: yes and no for a question without labels. */
  static List<String> labels(Classify options) {
    return options.labels().isEmpty() ? YES_NO : options.labels();
  }

  /**
   * One prompt, or one for each label if each is asked about by itself.
   *
   * @param messages the messages that are asked about
   * @param isMessage whether they are one message of the session, not the whole session
   * @throws Question.Refused if there is no prompt
   */
  List<Prompt> about(Session session, List<Message> messages, boolean isMessage) {
    List<PromptResult> made = made(session, messages, isMessage);
    int dropped = 0;
    if (cutLeft && anyIsTooLong(made)) {
      int most = oldest(messages).size();
      dropped = enough(session, messages, isMessage);
      made = made(session, without(messages, dropped), isMessage);
      // Where words meet, the lengths of two prompts may differ by more or less than their labels.
      while (anyIsTooLong(made) && dropped < most) {
        dropped++;
        made = made(session, without(messages, dropped), isMessage);
      }
    }
    int left = dropped;
    return made.stream()
        .map(Prompts::ready)
        .map(prompt -> new Prompt(prompt.ids(), prompt.userTurn(), left, Optional.empty()))
        .toList();
  }

  /** How many of the oldest messages are left out, so that the longest prompt has room. */
  private int enough(Session session, List<Message> messages, boolean isMessage) {
    int longest = longest(session, isMessage);
    int most = oldest(messages).size();
    return Halving.first(
            most + 1,
            dropped ->
                isTooLong(made(session, without(messages, dropped), isMessage, longest))
                    ? Optional.<Integer>empty()
                    : Optional.of(dropped))
        .orElse(most);
  }

  /** The place of the label whose prompt is the longest one, whatever it is about. */
  private int longest(Session session, boolean isMessage) {
    int longest = 0;
    int most = 0;
    List<PromptResult> about = made(session, List.of(), isMessage);
    for (int label = 0; label < about.size(); label++) {
      int tokens =
          about.get(label) instanceof PromptResult.Ready ready
              ? ready.prompt().ids().size()
              : Integer.MAX_VALUE;
      if (tokens > most) {
        longest = label;
        most = tokens;
      }
    }
    return longest;
  }

  /** The places of the messages that may be left out: system messages and the last turn stay. */
  private static List<Integer> oldest(List<Message> messages) {
    int last = messages.size() - 1;
    for (int place = last; place >= 0; place--) {
      if (messages.get(place).role() == Role.USER) {
        last = place;
        break;
      }
    }
    return IntStream.range(0, last)
        .filter(place -> messages.get(place).role() != Role.SYSTEM)
        .boxed()
        .toList();
  }

  private static List<Message> without(List<Message> messages, int dropped) {
    Set<Integer> out = new HashSet<>(oldest(messages).subList(0, dropped));
    return IntStream.range(0, messages.size())
        .filter(place -> !out.contains(place))
        .mapToObj(messages::get)
        .toList();
  }

  private List<PromptResult> made(Session session, List<Message> messages, boolean isMessage) {
    int count = options.choice().multiLabel() ? labels(options).size() : 1;
    return IntStream.range(0, count)
        .mapToObj(label -> made(session, messages, isMessage, label))
        .toList();
  }

  private static boolean anyIsTooLong(List<PromptResult> made) {
    return made.stream().anyMatch(LabelPrompts::isTooLong);
  }

  private static boolean isTooLong(PromptResult made) {
    return made instanceof PromptResult.Refused refused
        && refused.code() == RejectionCode.PROMPT_TOO_LONG;
  }

  private PromptResult made(Session session, List<Message> messages, boolean isMessage, int label) {
    String text =
        options.choice().multiLabel()
            ? aboutOne(messages, isMessage, labels(options).get(label))
            : aboutAll(messages, isMessage);
    Message asking = Message.of(0, Role.USER, text);
    return prompts.forLastUserTurn(new Session(session.key(), List.of(asking), session.carried()));
  }

  /** The labels come first: prompts of all sessions begin alike, which is computed once. */
  private String aboutAll(List<Message> messages, boolean isMessage) {
    StringBuilder text = new StringBuilder();
    text.append(
        options.question().isEmpty()
            ? "Which of these labels fits the " + thing(isMessage) + " below best?"
            : options.question());
    text.append("\n\nPossible answers:");
    for (String label : labels(options)) {
      text.append("\n- ").append(label).append(description(label));
    }
    text.append("\n\n").append(isMessage ? "Message" : "Conversation").append(":\n");
    text.append(Transcript.of(messages));
    return text.append("\n\nGive one of the possible answers and nothing else.").toString();
  }

  /** The session comes first: the prompts of all labels begin alike, which is computed once. */
  private String aboutOne(List<Message> messages, boolean isMessage, String label) {
    String question =
        options.question().isEmpty()
            ? "Does this label fit the " + thing(isMessage) + " above?"
            : options.question();
    return (isMessage ? "Message" : "Conversation")
        + ":\n"
        + Transcript.of(messages)
        + "\n\n"
        + question
        + "\nLabel: "
        + label
        + description(label)
        + "\n\nAnswer Yes or No and nothing else.";
  }

  private static String thing(boolean isMessage) {
    return isMessage ? "message" : "conversation";
  }

  private String description(String label) {
    String description = options.descriptions().getOrDefault(label, "");
    return description.isEmpty() ? "" : ": " + description;
  }
}
