package io.turnmill.prompt;

import io.turnmill.prompt.PromptResult.Failed;
import io.turnmill.prompt.PromptResult.OutOfVocabulary;
import io.turnmill.prompt.PromptResult.Ready;
import io.turnmill.prompt.PromptResult.Refused;
import io.turnmill.prompt.PromptResult.WrittenTurn;
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
import java.util.Set;
import java.util.function.Supplier;

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

  /**
   * Makes the tokens of a turn by the assistant and the prompt before it, as they stand in the
   * rendered conversation: the prompt is what the model was shown when it was to write the turn,
   * and the turn ends with the token that ends it, if the template writes one. Never throws for one
   * session.
   *
   * @param messages the messages up to that turn, which is the last one
   * @param endTokenIds the tokens that end a turn
   */
  public PromptResult forWrittenTurn(
      Session session, List<Message> messages, Set<Integer> endTokenIds) {
    return guarded(() -> writtenTurn(Shown.written(session, messages), endTokenIds));
  }

  private PromptResult make(Shown shown) {
    return guarded(
        () -> {
          PromptResult made = prompt(shown);
          return made instanceof Ready ready ? known(ready) : made;
        });
  }

  private static PromptResult guarded(Supplier<PromptResult> making) {
    try {
      return making.get();
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

  private PromptResult writtenTurn(Shown shown, Set<Integer> endTokenIds) {
    PromptResult whole = wholeTurn(shown, endTokenIds, 0);
    if (!options.cutLeft() || !isTooLong(whole)) {
      return whole;
    }
    List<Integer> starts = laterStarts(shown.messages());
    return Halving.first(starts.size(), place -> fittingTurn(shown, starts.get(place), endTokenIds))
        .orElse(whole);
  }

  /** The turn after the messages from a place on; empty if it is still too long. */
  private Optional<PromptResult> fittingTurn(Shown shown, int start, Set<Integer> endTokenIds) {
    List<Message> kept = from(shown.messages(), start);
    int dropped = shown.messages().size() - kept.size();
    PromptResult made = wholeTurn(shown.with(kept), endTokenIds, dropped);
    return isTooLong(made) ? Optional.empty() : Optional.of(made);
  }

  private static boolean isTooLong(PromptResult made) {
    return made instanceof Refused refused && refused.code() == RejectionCode.PROMPT_TOO_LONG;
  }

  private PromptResult wholeTurn(Shown shown, Set<Integer> endTokenIds, int dropped) {
    Rendered text = renderer.render(shown);
    if (text.text().length() > Tokenizer.LIMIT_TEXT_CHARS) {
      return turnTooLong(text.text().length() + " characters");
    }
    TokenIds whole = encode(text);
    TokenIds before = encode(renderer.render(shown.withoutLast()));
    int promptTokens = whole.commonPrefix(before);
    TokenIds turn = throughEnd(whole.slice(promptTokens, whole.size()), endTokenIds);
    if (promptTokens == 0 || turn.isEmpty()) {
      return new Refused(
          RejectionCode.TEMPLATE_ERROR,
          "the template writes no prompt before the turn, or no turn");
    }
    int tokens = promptTokens + turn.size();
    Optional<UnknownToken> unknown = UnknownToken.in(whole.slice(0, tokens), options.vocabSize());
    if (unknown.isPresent()) {
      return new OutOfVocabulary(unknown.get());
    }
    return tokens <= options.maxPromptTokens()
        ? new WrittenTurn(whole.slice(0, promptTokens), turn, dropped)
        : turnTooLong(tokens + " tokens");
  }

  private PromptResult turnTooLong(String length) {
    return new Refused(
        RejectionCode.PROMPT_TOO_LONG,
        String.format(
            Locale.ROOT,
            "prompt and turn have %s, %d tokens fit",
            length,
            options.maxPromptTokens()));
  }

  private static TokenIds throughEnd(TokenIds turn, Set<Integer> endTokenIds) {
    for (int i = 0; i < turn.size(); i++) {
      if (endTokenIds.contains(turn.get(i))) {
        return turn.slice(0, i + 1);
      }
    }
    return turn;
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
    List<Integer> starts = laterStarts(whole.messages());
    return Halving.first(starts.size(), place -> fittingPrompt(whole, starts.get(place)))
        .<PromptResult>map(Ready::new)
        .orElseGet(
            () ->
                new Refused(
                    RejectionCode.PROMPT_TOO_LONG,
                    detail(length, ", even when cut down to the last user turn")));
  }

  /** The prompt of the messages from a place on; empty if it is still too long. */
  private Optional<Prompt> fittingPrompt(Shown whole, int start) {
    List<Message> kept = from(whole.messages(), start);
    int dropped = whole.messages().size() - kept.size();
    Rendered text = renderer.render(whole.with(kept));
    if (text.text().length() > Tokenizer.LIMIT_TEXT_CHARS) {
      return Optional.empty();
    }
    TokenIds ids = encode(text);
    return ids.isEmpty() || ids.size() > options.maxPromptTokens()
        ? Optional.empty()
        : Optional.of(whole.prompt(ids, dropped));
  }

  /** The user turns with which a conversation may begin once its oldest messages are dropped. */
  private static List<Integer> laterStarts(List<Message> shown) {
    int head = 0;
    while (head < shown.size() && isSystem(shown.get(head))) {
      head++;
    }
    List<Integer> starts = new ArrayList<>();
    for (int i = head + 1; i < shown.size(); i++) {
      if (shown.get(i).role() == Role.USER) {
        starts.add(i);
      }
    }
    return starts;
  }

  /** The messages from a place on, after all system messages before it. */
  private static List<Message> from(List<Message> shown, int start) {
    long dropped = shown.subList(0, start).stream().filter(message -> !isSystem(message)).count();
    return CutConversation.kept(shown, Math.toIntExact(dropped), PromptBuilder::isSystem);
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
