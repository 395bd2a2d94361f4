package io.turnmill.runtime;

import io.turnmill.inference.ThinkingBudget;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.SettingException;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.ClosedReasoning;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.TurnEnds;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.AskedText;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.DecoderLabels;
import io.turnmill.task.DecoderLabels.Asking;
import io.turnmill.task.ExtractQuestions;
import io.turnmill.task.ReasoningMarkers;
import io.turnmill.task.ReplyTask;
import io.turnmill.task.ScoreQuestions;
import io.turnmill.task.SummaryQuestions;
import io.turnmill.task.Task;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TextWriter;
import io.turnmill.task.merge.ClassifyMerge;
import io.turnmill.task.merge.ExtractMerge;
import io.turnmill.task.merge.SummariseTask;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The front end of a model that writes text: its tokenizer, its chat template, and its tasks. */
public final class DecoderFrontEnd implements ModelFrontEnd {
  private final ModelFolder folder;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final EndTokens endTokens;
  private final PromptFrame frame;
  private final RuntimeOptions options;

  private DecoderFrontEnd(
      ModelFolder folder,
      Tokenizer tokenizer,
      ChatTemplate template,
      EndTokens endTokens,
      RuntimeOptions options) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.template = template;
    this.endTokens = endTokens;
    this.frame = PromptParts.frame(options.prompts().framing());
    this.options = options;
  }

  /**
   * Opens a model folder and checks everything in it except the values of the weights.
   *
   * @throws ModelException when anything is missing, damaged, unsupported or does not fit together,
   *     with one message for the user
   */
  public static DecoderFrontEnd open(RuntimeOptions options) {
    Path path = Path.of(options.model().folder());
    return open(ModelFolder.open(path, options.model().adapterPath()), options);
  }

  static DecoderFrontEnd open(ModelFolder folder, RuntimeOptions options) {
    Path path = folder.path();
    if (!(folder.spec() instanceof DecoderSpec decoder)) {
      throw new ModelException(
          "%s: a model of type %s is an encoder, so it cannot write text."
              .formatted(path, folder.spec().architecture()));
    }
    HuggingFaceFileTokenizer tokenizer;
    try {
      tokenizer = HuggingFaceFileTokenizer.load(path.resolve("tokenizer.json"));
    } catch (TokenizerException e) {
      throw new ModelException(e.getMessage());
    }
    try {
      TokenizerFit.check(folder, tokenizer.modelVocabSize(), tokenizer.addedTokens());
      ChatTemplates templates = templates(path);
      return new DecoderFrontEnd(
          folder,
          tokenizer,
          template(path, templates, options.prompts()),
          EndTokens.of(decoder, templates, tokenizer),
          options);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static ChatTemplates templates(Path folder) {
    try {
      return ChatTemplates.find(folder);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new ModelException(folder + ": " + e.getMessage());
    }
  }

  private static ChatTemplate template(Path folder, ChatTemplates templates, Prompts prompts) {
    String source;
    try {
      source =
          prompts.template().isEmpty()
              ? templates.choose(
                  Optional.of(prompts.templateName()).filter(name -> !name.isEmpty()), false)
              : prompts.template();
    } catch (IllegalArgumentException e) {
      throw new ModelException(folder + ": " + e.getMessage());
    }
    try {
      return ChatTemplate.parse(source, templates.specialTokens());
    } catch (TemplateException e) {
      String which =
          prompts.template().isEmpty()
              ? "The chat template of " + folder
              : "The chat template of the settings";
      throw new ModelException(which + " cannot be used: " + e.getMessage());
    }
  }

  @Override
  public int maxModelLen() {
    return EngineSizing.maxModelLen(options.budgets(), folder.spec().maxPositions());
  }

  /**
   * The longest prompt, in tokens, that leaves room for a reply of {@code max_tokens}, if the task
   * is to write one.
   */
  public int maxPromptTokens() {
    return maxModelLen() - options.replyTokens();
  }

  /**
   * How many tokens a sequence has besides the conversation: the longest reply, or a question and
   * its longest answer.
   */
  int tokensBesideConversation() {
    return options.task() instanceof TaskOptions.Classify classify
        ? DecoderLabels.questionTokens(classify, tokenizer)
        : options.replyTokens();
  }

  /** Makes prompts by the run's settings. */
  public PromptBuilder prompts() {
    return prompts(frame, maxPromptTokens());
  }

  private PromptBuilder prompts(PromptFrame around, int maxPromptTokens) {
    Prompts prompts = options.prompts();
    PromptOptions promptOptions =
        new PromptOptions(
            Optional.of(prompts.systemPrompt()).filter(text -> !text.isEmpty()),
            PromptParts.kwargs(prompts.templateKwargs()),
            prompts.allowSpecialTokens(),
            prompts.cutLeft(),
            folder.spec().vocabSize(),
            maxPromptTokens,
            around);
    return new PromptBuilder(template, tokenizer, promptOptions, clock());
  }

  private Clock clock() {
    return Clock.fixed(options.prompts().startedAt(), ZoneOffset.UTC);
  }

  /**
   * Refuses a template that cannot even render one user turn.
   *
   * @throws ModelException when it cannot, with the place where it fails
   */
  @Override
  public void check() {
    Task<Session, ?> unused = task();
    Optional<Task<? extends ChunkedItem<?>, ?>> unusedToo = merge();
    Session session =
        new Session(
            new SessionKey(Optional.empty(), ""), List.of(Message.of(0, Role.USER, "a")), Map.of());
    PromptResult made =
        prompts(PromptParts.withoutMessage(frame), maxPromptTokens()).forLastUserTurn(session);
    if (made instanceof PromptResult.Refused refused
        && refused.code() == RejectionCode.TEMPLATE_ERROR) {
      throw new ModelException(
          "The chat template cannot render a conversation of one user turn: " + refused.detail());
    }
    if (made instanceof PromptResult.OutOfVocabulary unknown) {
      throw new ModelException(
          "The chat template makes no prompt that can be used: "
              + unknown.token().detail("a conversation of one user turn"));
    }
    if (made instanceof PromptResult.Failed failed) {
      throw new ModelException(
          "No prompt can be made of a conversation of one user turn: " + failed.fault().detail());
    }
  }

  /**
   * Renders the prompt's text for a conversation given as JSON values, for people to look at.
   *
   * @param messages list of messages as the template takes them
   * @param tools list of tools, or null
   */
  public Rendered render(Object messages, Object tools) {
    return template.renderJson(
        messages, tools, true, PromptParts.kwargs(options.prompts().templateKwargs()), clock());
  }

  /** The tokens that end replies, each with the files that name it, for people. */
  public String endOfSequence() {
    return endTokens.described()
        + (options.ignoreEos() ? "; passed over, as sampling.ignore_eos says" : "");
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(folder.warnings());
    TokenizerFit.check(folder, tokenizer.modelVocabSize(), tokenizer.addedTokens())
        .ifPresent(warnings::add);
    turnEnds().ifPresent(warnings::add);
    twoSummaries().ifPresent(warnings::add);
    return warnings;
  }

  /** Two summaries and a third one that is made of them have to fit the context. */
  private Optional<String> twoSummaries() {
    int most = maxModelLen() / 3;
    boolean reduces =
        options.task() instanceof TaskOptions.Summarise
            || options.task() instanceof TaskOptions.Topics;
    return reduces && options.replyTokens() > most
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "sampling.max_tokens = %d: two summaries of this length and one of both do not fit"
                    + " into %d tokens, so long texts may be rejected; set it to less than %d.",
                options.replyTokens(),
                maxModelLen(),
                most))
        : Optional.empty();
  }

  private Optional<String> turnEnds() {
    if (options.ignoreEos()) {
      return Optional.empty();
    }
    List<List<AddedToken>> turnEnds =
        TurnEnds.of(
            template,
            tokenizer.addedTokens(),
            PromptParts.kwargs(options.prompts().templateKwargs()),
            clock());
    return endTokens.warning(turnEnds, options.sampling().stopTokenIds());
  }

  @Override
  public Task<Session, ?> task() {
    TaskOptions asked = options.task();
    if (asked instanceof TaskOptions.Score score) {
      return ScoreQuestions.task(score, promptsLeaving(0), endTokens.ids());
    }
    if (asked instanceof TaskOptions.Classify classify) {
      return labels(classify);
    }
    if (asked instanceof TaskOptions.Reply reply) {
      return replies(reply.kind(), prompts());
    }
    if (asked instanceof TaskOptions.Extract extract) {
      return ExtractQuestions.task(extract, writer(), ChunkTemplates.extract(extract));
    }
    if (asked instanceof TaskOptions.Summarise summarise) {
      return SummaryQuestions.task(writer(), ChunkTemplates.summarise(summarise));
    }
    if (asked instanceof TaskOptions.Topics topics) {
      return SummaryQuestions.task(writer(), ChunkTemplates.texts(topics));
    }
    if (asked instanceof TaskOptions.Ask ask) {
      AskParts.check(ask);
      return messageReplies();
    }
    throw new IllegalStateException(
        "A decoder was opened for the task " + asked.kind().wireName() + ". This is a bug.");
  }

  private Task<Session, ?> labels(TaskOptions.Classify classify) {
    LabelSettings.check(classify);
    try {
      return DecoderLabels.task(
          classify,
          new Asking(this::labelPrompts, options.prompts().cutLeft(), askedText()),
          tokenizer,
          turnEnd());
    } catch (IllegalArgumentException e) {
      throw new SettingException("classify.labels: " + e.getMessage() + ".");
    }
  }

  /** What is asked about in place of the messages, if a template of the settings makes it. */
  private Optional<AskedText> askedText() {
    return frame
        .message()
        .map(template -> (session, shown, turn) -> template.render(session, shown, turn, clock()));
  }

  /** Makes prompts that leave room for this many tokens after them. */
  private PromptBuilder promptsLeaving(int tokens) {
    return prompts(PromptParts.withoutMessage(frame), maxModelLen() - tokens);
  }

  /** As above, for a model that is asked for its answer and does not reason before it. */
  private PromptBuilder labelPrompts(int tokens) {
    Optional<ClosedReasoning> closed =
        reasoning().map(marks -> new ClosedReasoning(marks.start().text(), marks.end().text()));
    return prompts(
        new PromptFrame(Optional.empty(), frame.examples(), false, closed), maxModelLen() - tokens);
  }

  /** The token with which the template ends a turn by the assistant, or any that ends replies. */
  private OptionalInt turnEnd() {
    List<Message> messages =
        List.of(Message.of(0, Role.USER, "a"), Message.of(1, Role.ASSISTANT, "a"));
    Session session = new Session(new SessionKey(Optional.empty(), ""), messages, Map.of());
    PromptResult made = promptsLeaving(0).forWrittenTurn(session, messages, Set.of());
    if (made instanceof PromptResult.WrittenTurn written) {
      for (int i = 0; i < written.turn().size(); i++) {
        if (endTokens.ids().contains(written.turn().get(i))) {
          return OptionalInt.of(written.turn().get(i));
        }
      }
    }
    return endTokens.ids().stream().mapToInt(Integer::intValue).min();
  }

  @Override
  public Optional<Task<? extends ChunkedItem<?>, ?>> merge() {
    TaskOptions asked = options.task();
    if (asked instanceof TaskOptions.Classify classify) {
      return Optional.of(ClassifyMerge.task(classify));
    }
    if (asked instanceof TaskOptions.Extract extract) {
      return Optional.of(ExtractMerge.task(extract));
    }
    if (asked instanceof TaskOptions.Summarise summarise) {
      return Optional.of(
          new SummariseTask(
              writer(),
              ChunkTemplates.reduce(summarise),
              ChunkTemplates.last(summarise),
              /* alwaysLast= */ false));
    }
    if (asked instanceof TaskOptions.Topics topics) {
      return Optional.of(
          new SummariseTask(
              writer(),
              ChunkTemplates.reduce(topics),
              ChunkTemplates.last(topics),
              /* alwaysLast= */ true));
    }
    return Optional.empty();
  }

  /** Asks the model by one message, which a template of the settings makes. */
  public TextWriter writer() {
    return new TextWriter(messageReplies(), maxPromptTokens(), clock());
  }

  /** What the model replies to single messages. */
  private ReplyTask messageReplies() {
    return replies(TaskKind.REPLY, prompts(PromptParts.withoutMessage(frame), maxPromptTokens()));
  }

  private ReplyTask replies(TaskKind kind, PromptBuilder prompts) {
    Set<Integer> ends = options.ignoreEos() ? Set.of() : endTokens().ids();
    Set<Integer> stops = new HashSet<>(options.sampling().stopTokenIds());
    stops.addAll(ends);
    return new ReplyTask(
        kind,
        prompts,
        tokenizer,
        options.sampling().withStopTokenIds(stops).with(thinkingBudget()),
        new ReplyTask.Ends(ends, options.stop(), reasoning()),
        options.seed());
  }

  @Override
  public List<String> labels() {
    return options.task() instanceof TaskOptions.Classify classify
        ? DecoderLabels.labels(classify)
        : List.of();
  }

  @Override
  public Map<String, Object> facts() {
    return Map.of("max_model_len", maxModelLen());
  }

  @Override
  public int countTokens(String text) {
    return tokenizer.encode(text, List.of()).size();
  }

  @Override
  public int roomForText() {
    int around =
        options.task() instanceof TaskOptions.Ask ask
            ? PromptRoom.around(ask, writer())
            : PromptRoom.around(task());
    return PromptRoom.left(maxPromptTokens(), around);
  }

  @Override
  public TokenRates rates(List<String> sample) {
    return TokenRates.measure(this, sample);
  }

  /** The marks between which the model reasons; empty if it does not. */
  public Optional<ReasoningMarkers> reasoning() {
    return ReasoningMarks.of(options.prompts().reasoning().marks(), template.source(), tokenizer);
  }

  /**
   * The budget for reasoning.
   *
   * @throws SettingException when there is one for a model that does not reason
   */
  private ThinkingBudget thinkingBudget() {
    return ReasoningMarks.budget(
        options.prompts().reasoning().budgetTokens(), reasoning(), tokenizer);
  }

  EndTokens endTokens() {
    return endTokens;
  }

  /** What is asked of the model. */
  TaskOptions asked() {
    return options.task();
  }

  /** The specification of the model, which is a decoder. */
  DecoderSpec decoder() {
    return (DecoderSpec) folder.spec();
  }

  @Override
  public ModelFolder folder() {
    return folder;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
