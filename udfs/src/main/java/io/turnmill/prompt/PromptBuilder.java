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
  private final ChatTemplate template;
  private final Tokenizer tokenizer;
  private final PromptEncoder encoder;
  private final PromptOptions options;
  private final Clock clock;

  /**
   * @param clock the time that the template's {@code strftime_now} reads; fixed for a run, so that
   *     a prompt does not depend on when it was made
   */
  public PromptBuilder(
      ChatTemplate template, Tokenizer tokenizer, PromptOptions options, Clock clock) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.encoder = new PromptEncoder(tokenizer, options.allowSpecialTokens());
    this.options = options;
    this.clock = clock;
  }

  /**
   * Makes the prompt for the last user turn of {@code session}; the messages after it are not
   * shown. Never throws for one session.
   */
  public PromptResult forLastUserTurn(Session session) {
    int last = session.lastUserTurn();
    return last < 0
        ? new Refused(
            RejectionCode.NO_USER_TURN, session.messages().size() + " messages, none by the user")
        : forTurn(session, last);
  }

  /**
   * Makes the prompt for one user turn of {@code session}; the messages after it are not shown.
   * Never throws for one session.
   *
   * @param userTurn the place of a message by the user
   */
  public PromptResult forTurn(Session session, int userTurn) {
    try {
      PromptResult made = forTurns(session.messages().subList(0, userTurn + 1), userTurn);
      return made instanceof Ready ready ? known(ready) : made;
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

  private PromptResult forTurns(List<Message> shown, int userTurn) {
    Rendered text = render(shown);
    if (text.text().length() > Tokenizer.LIMIT_TEXT_CHARS) {
      return tooLong(shown, userTurn, text.text().length() + " characters");
    }
    TokenIds whole = encode(text);
    if (whole.isEmpty()) {
      return new Refused(RejectionCode.TEMPLATE_ERROR, "the template wrote nothing");
    }
    return whole.size() <= options.maxPromptTokens()
        ? new Ready(new Prompt(whole, userTurn, 0))
        : tooLong(shown, userTurn, whole.size() + " tokens");
  }

  private PromptResult tooLong(List<Message> shown, int userTurn, String length) {
    return options.cutLeft()
        ? cutLeft(shown, userTurn, length)
        : new Refused(RejectionCode.PROMPT_TOO_LONG, detail(length, ""));
  }

  /**
   * Drops as few of the oldest messages as necessary. System messages and the last user turn stay,
   * and what is left begins with a user turn, as templates require.
   */
  private PromptResult cutLeft(List<Message> shown, int userTurn, String length) {
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
      Rendered text = render(kept);
      TokenIds ids =
          text.text().length() > Tokenizer.LIMIT_TEXT_CHARS ? TokenIds.empty() : encode(text);
      if (!ids.isEmpty() && ids.size() <= options.maxPromptTokens()) {
        best = Optional.of(new Prompt(ids, userTurn, dropped));
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

  private List<Message> withSystemPrompt(List<Message> messages) {
    boolean own = messages.stream().anyMatch(PromptBuilder::isSystem);
    if (own || options.systemPrompt().isEmpty()) {
      return messages;
    }
    List<Message> all = new ArrayList<>();
    all.add(
        new Message(
            0, Role.SYSTEM, options.systemPrompt().get(), Optional.empty(), Optional.empty()));
    all.addAll(messages);
    return all;
  }

  private Rendered render(List<Message> messages) {
    try {
      return template.render(withSystemPrompt(messages), true, options.templateKwargs(), clock);
    } catch (TemplateException refusal) {
      throw refusal;
    } catch (RuntimeException | Error thrown) {
      throw Fault.in(Step.RENDER, thrown);
    }
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
