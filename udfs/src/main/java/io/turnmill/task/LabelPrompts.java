package io.turnmill.task;

import io.turnmill.prompt.Halving;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptRefusal;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.Transcript;
import io.turnmill.task.LabelQuestion.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The prompts by which a decoder is asked for the label of a session or of a message. */
final class LabelPrompts {
  private final LabelQuestion question;
  private final PromptBuilder prompts;
  private final boolean cutLeft;
  private final Optional<AskedText> text;

  /** A part of a session that is asked about. */
  private record Part(Session session, OptionalInt turn) {}

  /**
   * @param cutLeft whether the oldest messages of what is too long are left out
   * @param text makes the text that is asked about, in place of the messages
   */
  LabelPrompts(
      LabelQuestion question, PromptBuilder prompts, boolean cutLeft, Optional<AskedText> text) {
    this.question = question;
    this.prompts = prompts;
    this.cutLeft = cutLeft;
    this.text = text;
  }

  /**
   * One prompt, or one for each label if each is asked about by itself.
   *
   * @param turn the message that is asked about; empty for the whole session
   * @throws Question.Refused if there is no prompt
   */
  List<Prompt> about(Session session, OptionalInt turn) {
    Part part = new Part(session, turn);
    List<Message> messages = shown(part);
    List<PromptResult> made = made(part, messages);
    int dropped = 0;
    if (cutLeft && anyIsTooLong(made)) {
      int most = oldest(messages).size();
      dropped = enough(part, messages);
      made = made(part, without(messages, dropped));
      // Where words meet, the lengths of two prompts may differ by more or less than their labels.
      while (anyIsTooLong(made) && dropped < most) {
        dropped++;
        made = made(part, without(messages, dropped));
      }
    }
    int left = dropped;
    return made.stream()
        .map(Prompts::ready)
        .map(prompt -> new Prompt(prompt.ids(), prompt.userTurn(), left, Optional.empty()))
        .toList();
  }

  /** What it costs to show a part to the template and the tokenizer, in characters. */
  long chars(Session session, OptionalInt turn) {
    return question.count() * AtOnce.chars(shown(new Part(session, turn)));
  }

  /**
   * The messages that are shown: of a turn that one alone, or all up to it where a template makes
   * the text of them.
   */
  private List<Message> shown(Part part) {
    List<Message> all = part.session().messages();
    if (part.turn().isEmpty()) {
      return all;
    }
    int turn = part.turn().getAsInt();
    return text.isPresent() ? all.subList(0, turn + 1) : List.of(all.get(turn));
  }

  /** How many of the oldest messages are left out, so that the longest prompt has room. */
  private int enough(Part part, List<Message> messages) {
    int longest = longest(part);
    int most = oldest(messages).size();
    return Halving.first(
            most + 1,
            dropped ->
                isTooLong(made(part, without(messages, dropped), longest, 1).get(0))
                    ? Optional.<Integer>empty()
                    : Optional.of(dropped))
        .orElse(most);
  }

  /** The place of the longest question, whatever it is about. */
  private int longest(Part part) {
    int longest = 0;
    int most = 0;
    for (int place = 0; place < question.count(); place++) {
      PromptResult about = asked(part, "", place);
      int tokens =
          about instanceof PromptResult.Ready ready ? ready.prompt().ids().size() : most + 1;
      if (tokens > most) {
        longest = place;
        most = tokens;
      }
    }
    return longest;
  }

  /**
   * The places of the messages that may be left out: system messages stay, and so does what begins
   * with the last turn by the user.
   */
  private static List<Integer> oldest(List<Message> messages) {
    int last = messages.size() - 1;
    while (last > 0 && messages.get(last).role() != Role.USER) {
      last--;
    }
    boolean hasUser = last >= 0 && messages.get(last).role() == Role.USER;
    return IntStream.range(0, hasUser ? last : messages.size() - 1)
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

  private static boolean anyIsTooLong(List<PromptResult> made) {
    return made.stream().anyMatch(LabelPrompts::isTooLong);
  }

  private static boolean isTooLong(PromptResult made) {
    return made instanceof PromptResult.Refused refused
        && refused.code() == RejectionCode.PROMPT_TOO_LONG;
  }

  private List<PromptResult> made(Part part, List<Message> messages) {
    return made(part, messages, 0, question.count());
  }

  /** A chunk is its own text, and nobody says it. */
  private static String shown(Session session, List<Message> messages) {
    return ChunkSession.isChunk(session) ? ChunkSession.text(session) : Transcript.of(messages);
  }

  /** The prompts of some of the questions, or a single reason why there is none. */
  private List<PromptResult> made(Part part, List<Message> messages, int from, int count) {
    String shown;
    try {
      shown =
          text.map(of -> of.of(part.session(), messages, turn(part)))
              .orElseGet(() -> shown(part.session(), messages));
    } catch (PromptRefusal refusal) {
      return List.of(refusal.result());
    }
    return IntStream.range(from, from + count)
        .mapToObj(place -> asked(part, shown, place))
        .toList();
  }

  private static int turn(Part part) {
    Session session = part.session();
    int last = session.lastUserTurn();
    return part.turn().orElse(last < 0 ? session.messages().size() - 1 : last);
  }

  private PromptResult asked(Part part, String about, int place) {
    Session session = part.session();
    boolean isText = text.isPresent() || ChunkSession.isChunk(session);
    Kind kind = isText ? Kind.TEXT : part.turn().isPresent() ? Kind.MESSAGE : Kind.CONVERSATION;
    Message asking = Message.of(0, Role.USER, question.about(kind, about, place));
    return prompts.forLastUserTurn(new Session(session.key(), List.of(asking), session.carried()));
  }
}
