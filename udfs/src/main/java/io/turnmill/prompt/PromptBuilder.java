package io.turnmill.prompt;

import io.turnmill.prompt.PromptResult.Failed;
import io.turnmill.prompt.PromptResult.OutOfVocabulary;
import io.turnmill.prompt.PromptResult.Ready;
import io.turnmill.prompt.PromptResult.Refused;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.UnknownToken;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes prompts of sessions, with the model's chat template, its tokenizer and its context. */
public final class PromptBuilder {
  private final ConversationRenderer renderer;
  private final Tokenizer tokenizer;
  private final PromptEncoder encoder;
  private final PromptOptions options;

  /**
   * @param clock the time that the template's {@code strftime_now} reads; fixed for a run, so that
   *     a prompt does not depend on when it was made
   */
  public PromptBuilder(
      ChatTemplate template, Tokenizer tokenizer, PromptOptions options, Clock clock) {
    this.renderer = new ConversationRenderer(template, options, clock);
    this.tokenizer = tokenizer;
    this.encoder = new PromptEncoder(tokenizer, options.allowSpecialTokens());
    this.options = options;
  }

  /**
   * Makes the prompt for the last user turn of {@code session}. The messages after it are shown if
   * a template of the settings makes one message of the session, or if the last one is continued;
   * otherwise they are not. Never throws for one session.
   */
  public PromptResult forLastUserTurn(Session session) {
    int last = session.lastUserTurn();
    List<Message> all = session.messages();
    if (last < 0) {
      return new Refused(RejectionCode.NO_USER_TURN, all.size() + " messages, none by the user");
    }
    boolean isContinued =
        options.frame().continueFinalMessage() && all.get(all.size() - 1).role() == Role.ASSISTANT;
    boolean isWhole = isContinued || options.frame().message().isPresent();
    return make(new Shown(session, isWhole ? all : all.subList(0, last + 1), last, isContinued));
  }

  /**
   * Makes the prompt for one user turn of {@code session}; the messages after it are not shown.
   * Never throws for one session.
   *
   * @param userTurn the place of a message by the user
   */
  public PromptResult forTurn(Session session, int userTurn) {
    return forHistory(session, session.messages().subList(0, userTurn + 1), userTurn);
  }

  /**
   * Makes the prompt for one user turn of {@code session} after other messages than the archive's.
   * Never throws for one session.
   *
   * @param history what is shown of the session; the user turn is the last of it
   */
  public PromptResult forHistory(Session session, List<Message> history, int userTurn) {
    return make(new Shown(session, List.copyOf(history), userTurn, /* isContinued= */ false));
  }

  private PromptResult make(Shown shown) {
    try {
      PromptResult made = prompt(shown);
      return made instanceof Ready ready ? known(ready) : made;
    } catch (PromptRefusal refusal) {
      return refusal.result();
    } catch (TemplateRefused refused) {
      return new Refused(RejectionCode.TEMPLATE_REFUSED, refused.getMessage());
    } catch (TemplateException broken) {
      return new Refused(RejectionCode.TEMPLATE_ERROR, broken.getMessage());
    } catch (RuntimeException | Error thrown) {
      return new Failed(Fault.of(Step.BEGIN, thrown));
    }
  }

  /** The prompt, if the model's embedding has a row for each of its tokens. */
  private PromptResult known(Ready ready) {
    TokenIds ids = ready.prompt().ids();
    OptionalInt foreign = ids.firstFrom(tokenizer.vocabSize());
    if (foreign.isPresent()) {
      throw new IllegalStateException(
          "A prompt has token %s, but its tokenizer has %s. This is a bug."
              .formatted(foreign.getAsInt(), tokenizer.vocabSize()));
    }
    return UnknownToken.in(ids, options.vocabSize())
        .<PromptResult>map(OutOfVocabulary::new)
        .orElse(ready);
  }

  private PromptResult prompt(Shown shown) {
    Rendered text = renderer.render(shown);
    if (text.text().length() > Tokenizer.LIMIT_TEXT_CHARS) {
      return tooLong(shown, text.text().length() + " characters");
    }
    TokenIds whole = encode(text);
    if (whole.isEmpty()) {
      return new Refused(RejectionCode.TEMPLATE_ERROR, "the template wrote nothing");
    }
    return whole.size() <= options.maxPromptTokens()
        ? new Ready(shown.prompt(whole, 0))
        : tooLong(shown, whole.size() + " tokens");
  }

  private PromptResult tooLong(Shown shown, String length) {
    return options.cutLeft()
        ? cutLeft(shown, length)
        : new Refused(RejectionCode.PROMPT_TOO_LONG, detail(length, ""));
  }

  /**
   * Drops as few of the oldest messages as necessary. System messages, examples and the last user
   * turn stay, and what is left begins with a user turn, as templates require.
   */
  private PromptResult cutLeft(Shown whole, String length) {
    List<Message> shown = whole.messages();
    int head = 0;
    while (isSystem(shown.get(head))) {
      head++;
    }
    List<Integer> starts = new ArrayList<>();
    for (int i = head + 1; i < shown.size(); i++) {
      if (shown.get(i).role() == Role.USER) {
        starts.add(i);
      }
    }
    // The prompt shrinks with each start, so the first that fits is found by halving.
    Optional<Prompt> best = Optional.empty();
    int low = 0;
    int high = starts.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int start = starts.get(middle);
      List<Message> kept = new ArrayList<>();
      shown.subList(0, start).stream().filter(PromptBuilder::isSystem).forEach(kept::add);
      int dropped = start - kept.size();
      kept.addAll(shown.subList(start, shown.size()));
      Rendered text = renderer.render(whole.with(kept));
      TokenIds ids =
          text.text().length() > Tokenizer.LIMIT_TEXT_CHARS ? TokenIds.empty() : encode(text);
      if (!ids.isEmpty() && ids.size() <= options.maxPromptTokens()) {
        best = Optional.of(whole.prompt(ids, dropped));
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return best.<PromptResult>map(Ready::new)
        .orElseGet(
            () ->
                new Refused(
                    RejectionCode.PROMPT_TOO_LONG,
                    detail(length, ", even when cut down to the last user turn")));
  }

  private static boolean isSystem(Message message) {
    return message.role() == Role.SYSTEM;
  }

  private TokenIds encode(Rendered text) {
    try {
      return encoder.encode(text);
    } catch (RuntimeException | Error thrown) {
      throw Fault.in(Step.TOKENIZE, thrown);
    }
  }

  private String detail(String length, String how) {
    return String.format(
        Locale.ROOT,
        "the prompt has %s, %d tokens fit beside the reply%s",
        length,
        options.maxPromptTokens(),
        how);
  }
}
