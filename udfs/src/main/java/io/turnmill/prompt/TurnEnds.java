package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the tokens with which a chat template ends the turns of an assistant. A model that was
 * trained on such conversations ends its replies with them.
 */
public final class TurnEnds {
  private static final List<String> REPLIES = List.of("reply-alpha", "reply-omega");

  private TurnEnds() {}

  /**
   * Renders a conversation with two replies, or with one if the template refuses two, and looks at
   * what comes after each. Templates may end the last turn in another way than those before it.
   *
   * @param added the tokenizer's added tokens
   * @param kwargs further variables of the template
   * @return for each reply the added tokens right after it, with nothing but white space between
   *     them. A reply is left out if there are none, because the template ends it with plain text
   *     or with nothing, or does not show it. All replies are left out if the template refuses both
   *     conversations
   */
  public static List<List<AddedToken>> of(
      ChatTemplate template, List<AddedToken> added, Map<String, Object> kwargs, Clock clock) {
    AddedTokenScanner scanner =
        new AddedTokenScanner(added.stream().map(TurnEnds::asSpecial).toList());
    for (int replies = REPLIES.size(); replies > 0; replies--) {
      Optional<Rendered> text = render(template, conversation(replies), kwargs, clock);
      if (text.isPresent()) {
        return afterReplies(text.get().text(), scanner.scan(text.get()).genuine());
      }
    }
    return List.of();
  }

  /** Some templates end turns with a token that is not special: it is looked for as if it were. */
  private static AddedToken asSpecial(AddedToken token) {
    return new AddedToken(
        token.id(),
        token.content(),
        /* special= */ true,
        token.lstrip(),
        token.rstrip(),
        token.singleWord(),
        /* normalized= */ false);
  }

  private static Optional<Rendered> render(
      ChatTemplate template,
      List<Map<String, String>> messages,
      Map<String, Object> kwargs,
      Clock clock) {
    try {
      return Optional.of(template.renderJson(messages, null, false, kwargs, clock));
    } catch (TemplateException refused) {
      return Optional.empty();
    }
  }

  private static List<Map<String, String>> conversation(int replies) {
    List<Map<String, String>> messages = new ArrayList<>();
    for (String reply : REPLIES.subList(0, replies)) {
      messages.add(Map.of("role", "user", "content", "question"));
      messages.add(Map.of("role", "assistant", "content", reply));
    }
    return messages;
  }

  private static List<List<AddedToken>> afterReplies(String text, List<PlacedToken> tokens) {
    List<List<AddedToken>> ends = new ArrayList<>();
    for (String reply : REPLIES) {
      int at = text.lastIndexOf(reply);
      List<AddedToken> run = at < 0 ? List.of() : run(text, at + reply.length(), tokens);
      if (!run.isEmpty()) {
        ends.add(run);
      }
    }
    return ends;
  }

  /** The first tokens after a place that have only white space, as a token or not, between them. */
  private static List<AddedToken> run(String text, int from, List<PlacedToken> tokens) {
    List<AddedToken> run = new ArrayList<>();
    int at = from;
    for (PlacedToken match : tokens) {
      if (match.from() >= at) {
        if (!text.substring(at, match.from()).isBlank()) {
          break;
        }
        if (!match.token().content().isBlank()) {
          run.add(match.token());
        }
        at = match.to();
      }
    }
    return run;
  }
}
