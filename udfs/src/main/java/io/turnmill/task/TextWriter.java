package io.turnmill.task;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptRefusal;
import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that writes a text when it is asked by one message, which a template of the settings
 * makes: prompts, requests, and what the outcomes say. Immutable; for any number of threads.
 */
public final class TextWriter {
  private static final SessionKey NOBODY = new SessionKey(Optional.empty(), "");

  private final ReplyTask replies;
  private final ReplyMaker maker;
  private final int maxPromptTokens;
  private final Clock clock;

  /**
   * @param replies how prompts are made and replies are sampled and read; its prompts do not put a
   *     message of their own in place of what is asked
   * @param maxPromptTokens the longest prompt that leaves room for what is to be written
   * @param clock the time that templates see
   */
  public TextWriter(ReplyTask replies, int maxPromptTokens, Clock clock) {
    this.replies = replies;
    this.maker = new ReplyMaker(replies);
    this.maxPromptTokens = maxPromptTokens;
    this.clock = clock;
  }

  /** The prompt that asks by one message. Never throws for one item. */
  public PromptResult prompt(TextTemplate template, Variables variables) {
    try {
      Message message = Message.of(0, Role.USER, template.render(variables, clock));
      return replies.prompts().forLastUserTurn(new Session(NOBODY, List.of(message), Map.of()));
    } catch (PromptRefusal refusal) {
      return refusal.result();
    } catch (RuntimeException | Error thrown) {
      return new PromptResult.Failed(Fault.of(Step.RENDER, thrown));
    }
  }

  /**
   * A request to write the text.
   *
   * @param identity of what is asked about; with the number and the seed of the run, what all
   *     random numbers depend on
   */
  public Generate request(Prompt prompt, String identity, int number) {
    return maker.request(prompt, identity, number, /* choice= */ 0);
  }

  /** What was written. */
  public WrittenText written(Prompt prompt, Completion completion) {
    return WrittenText.of(maker.reply(prompt, /* choice= */ 0, completion));
  }

  /** How many tokens a text has by itself. */
  public int tokens(String text) {
    return replies.tokenizer().encode(text, List.of()).size();
  }

  /** The longest prompt that leaves room for what is to be written. */
  public int maxPromptTokens() {
    return maxPromptTokens;
  }

  /** What texts depend on besides the requests and the model: see {@link Task#scope}. */
  public String scope() {
    return replies.scope();
  }
}
