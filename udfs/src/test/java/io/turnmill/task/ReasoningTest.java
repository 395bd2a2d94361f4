package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.prompt.SpecialTokens;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.ReasoningMarkers.Marker;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.SharedData;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.Tokenizers;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model reasons is parted from what it answers, and can be limited. */
class ReasoningTest {
  /** Its template opens the reasoning in the prompt; the marks are tokens of its tokenizer. */
  private static final String BEGUN = "byte-level-begun";

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final TokenIds NO_PROMPT = TokenIds.of(0);
  private static HuggingFaceFileTokenizer tokenizer;
  private static ChatTemplate template;

  @BeforeAll
  static void load(@TempDir Path parent) {
    Path folder = Tokenizers.folder(BEGUN, parent);
    tokenizer = HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"));
    ChatTemplates found = ChatTemplates.find(folder);
    template = ChatTemplate.parse(found.choose(Optional.empty(), false), found.specialTokens());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static Marker mark(HuggingFaceFileTokenizer of, String text) {
    OptionalInt id =
        of.addedTokens().stream()
            .filter(token -> token.content().equals(text))
            .mapToInt(AddedToken::id)
            .findFirst();
    return new Marker(text, id);
  }

  private static ReasoningMarkers marks(HuggingFaceFileTokenizer of, String start, String end) {
    return new ReasoningMarkers(mark(of, start), mark(of, end));
  }

  private static ReasoningMarkers thinkMarks() {
    return marks(tokenizer, "<think>", "</think>");
  }

  private static ReplyTask task(
      ReasoningMarkers marks, SamplingParams sampling, List<String> stopStrings) {
    return task(template, marks, sampling, stopStrings);
  }

  private static ReplyTask task(
      ChatTemplate template,
      ReasoningMarkers marks,
      SamplingParams sampling,
      List<String> stopStrings) {
    PromptOptions options =
        new PromptOptions(Optional.empty(), Map.of(), false, false, Integer.MAX_VALUE, 500);
    return new ReplyTask(
        TaskKind.REPLY,
        new PromptBuilder(template, tokenizer, options, CLOCK),
        tokenizer,
        sampling,
        new ReplyTask.Ends(Set.of(), stopStrings, Optional.of(marks)),
        7);
  }

  private static Reply reply(TokenIds prompt, TokenIds ids, String... stopStrings) {
    ReplyTask task = task(thinkMarks(), SamplingParams.greedy(500), List.of(stopStrings));
    Completion completion =
        new Completion(
            ids, FinishReason.STOP, -1, prompt.size(), 0, Math.max(1, ids.size()), -2, List.of());
    return new ReplyMaker(task).reply(new Prompt(prompt, 0, 0, Optional.empty()), 0, completion);
  }

  private static Reply reply(String text, String... stopStrings) {
    return reply(NO_PROMPT, tokenizer.encode(text), stopStrings);
  }

  private static Reply opened(String text, String... stopStrings) {
    TokenIds prompt = tokenizer.encode("Say it. <think>\n\n");
    return reply(prompt, tokenizer.encode(text), stopStrings);
  }

  private static void assertParts(Reply reply, String reasoning, String answer) {
    assertThat(reply.reasoned().map(Reply.Reasoned::text)).contains(reasoning);
    assertThat(reply.content()).isEqualTo(answer);
  }

  @Test
  void whatStandsBetweenTheMarksIsNotPartOfTheAnswer() {
    assertParts(
        reply("<think>\nLet me add: 2 < 3.\n</think>\n\nIt is 4. "),
        "Let me add: 2 < 3.",
        "It is 4. ");
    assertParts(reply(" \n<think>So</think>Yes"), "So", "Yes");
    assertParts(reply("<think>\n\n</think>\n\nYes"), "", "Yes");
  }

  @Test
  void aPromptThatOpensTheReasoningLeavesOnlyTheEndToTheReply() {
    assertParts(opened("Hm, 4.\n</think>\n\n4"), "Hm, 4.", "4");
    assertParts(opened("a </think> b </think> c"), "a", "b </think> c");
  }

  @Test
  void reasoningThatDoesNotEndLeavesNoAnswer() {
    assertParts(opened("Let me see, this is"), "Let me see, this is", "");
    assertParts(reply("<think>Let me see"), "Let me see", "");
  }

  @Test
  void aReplyThatDoesNotBeginWithReasoningHasNone() {
    for (String text : List.of("It is 4.", "Use <think>a</think>.", "a</think>b", "<thin", "")) {
      Reply reply = reply(text);
      assertThat(reply.reasoned()).as(text).isEmpty();
      assertThat(reply.content()).isEqualTo(text);
    }
  }

  @Test
  void aStopStringEndsReasoningAndAnswerWhereverItStands() {
    assertParts(opened("a.\nUser: b</think>c", "\nUser:"), "a.", "");
    assertParts(opened("a</think>b\nUser: c", "\nUser:"), "a", "b");
    assertThat(opened("a</think>b\nUser: c", "\nUser:").stopReason()).contains("\nUser:");
  }

  /** By hand: the tokens after the opening mark that do not complete the closing one. */
  @Test
  void theTokensOfReasoningAreCounted() {
    TokenIds before = tokenizer.encode("one two three");
    TokenIds end = tokenizer.encode("</think>");
    TokenIds after = tokenizer.encode("four five");
    Reply reply = reply(tokenizer.encode("x<think>"), before.concat(end).concat(after));
    assertThat(reply.reasoned().orElseThrow().tokens()).isEqualTo(before.size() + end.size() - 1);
    assertThat(reply.reasoned().orElseThrow().isCutShort()).isFalse();
  }

  @Test
  void marksThatAreSpecialTokensAreFoundByTheirIds(@TempDir Path parent) {
    Path folder = Tokenizers.folder("byte-level", parent);
    try (HuggingFaceFileTokenizer special =
        HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"))) {
      ReasoningMarkers marks = marks(special, "<|im_start|>", "<|im_end|>");
      assertThat(marks.end().id()).isPresent();
      Reasoning reasoning = new Reasoning(marks, special);
      TokenIds ids = special.encode("<|im_start|>one two<|im_end|>\n\nthree");
      String whole = special.decode(ids);
      Reasoning.Parts parts = reasoning.parts(ids, whole, whole, false).orElseThrow();
      assertThat(parts)
          .isEqualTo(new Reasoning.Parts("one two", special.encode("one two").size(), "three"));
      TokenIds prompt = special.encode("x<|im_start|>\n");
      assertThat(reasoning.isOpenedBy(prompt, Optional.empty())).isTrue();
      assertThat(reasoning.isOpenedBy(special.encode("x<|im_start|>y"), Optional.empty()))
          .isFalse();
    }
  }

  /** Marks that the model was only trained to write: the tokens around them may be joined. */
  @Test
  void marksThatAreNoTokensAreFoundInTheText() {
    ReasoningMarkers marks = marks(tokenizer, "<reason>", "</reason>");
    assertThat(marks.start().id()).isEmpty();
    Reasoning reasoning = new Reasoning(marks, tokenizer);
    for (String around : List.of("", " ", "\n", "\n\n", ">", "<")) {
      TokenIds ids = tokenizer.encode("\n<reason>" + around + "one</reason>" + around + "two");
      String whole = tokenizer.decode(ids);
      Reasoning.Parts parts = reasoning.parts(ids, whole, whole, false).orElseThrow();
      assertThat(parts.reasoning()).as(around).isEqualTo((around + "one").strip());
      assertThat(parts.answer()).as(around).isEqualTo((around + "two").stripLeading());
    }
    for (String text : List.of("<reasons>a</reason>b", "x <reason>a</reason>b", "a</reason>b")) {
      TokenIds ids = tokenizer.encode(text);
      assertThat(reasoning.parts(ids, text, text, false)).as(text).isEmpty();
    }
    TokenIds open = tokenizer.encode("one two");
    assertThat(reasoning.parts(open, "one two", "one two", true))
        .contains(new Reasoning.Parts("one two", open.size(), ""));
    assertThat(reasoning.isOpenedBy(tokenizer.encode("Say it. <reason>\n"), Optional.empty()))
        .isTrue();
    assertThat(reasoning.isOpenedBy(tokenizer.encode("<reason>\n</reason>"), Optional.empty()))
        .isFalse();
  }

  @Test
  void aMessageThatIsContinuedMayHaveOpenedTheReasoning() {
    Reasoning reasoning = new Reasoning(thinkMarks(), tokenizer);
    assertThat(reasoning.isOpenedBy(NO_PROMPT, continued("<think>\nFirst, "))).isTrue();
    assertThat(reasoning.isOpenedBy(NO_PROMPT, continued("<think>a</think>b"))).isFalse();
    assertThat(reasoning.isOpenedBy(NO_PROMPT, continued("b"))).isFalse();
  }

  private static Optional<Message> continued(String text) {
    return Optional.of(new Message(1, Role.ASSISTANT, text, Optional.empty(), Optional.empty()));
  }

  private static List<Session> sessions() {
    return IntStream.range(0, 12)
        .mapToObj(
            i ->
                new Session(
                    new SessionKey(Optional.empty(), "s" + i),
                    List.of(
                        new Message(
                            0, Role.USER, "Question " + i, Optional.empty(), Optional.empty())),
                    Map.of()))
        .toList();
  }

  /** Never draws an id beyond the tokenizer's. */
  private static FakeForwardPass fake() {
    return new FakeForwardPass(tokenizer.vocabSize() + 2, 0, 0);
  }

  private static SamplingParams limited(int tokens, String end) {
    List<Integer> ids = IntStream.of(tokenizer.encode(end).toArray()).boxed().toList();
    return SamplingParams.greedy(30).with(1, 0).with(new ThinkingBudget(tokens, ids));
  }

  /** With marks that are tokens, and with marks that are text of several tokens. */
  @ParameterizedTest
  @ValueSource(strings = {"think", "reason"})
  void aBudgetEndsTheReasoningAndTheReplyGoesOnAsTheNaiveReferenceSays(String word)
      throws Exception {
    int budget = 6;
    String end = "</" + word + ">";
    TokenIds endIds = tokenizer.encode(end);
    ChatTemplate opening =
        ChatTemplate.parse(template.source().replace("think", word), SpecialTokens.NONE);
    ReplyTask task =
        task(opening, marks(tokenizer, "<" + word + ">", end), limited(budget, end), List.of());
    List<ItemWork<Session, Replies>> works = new ArrayList<>();
    sessions().forEach(session -> works.add(task.begin(session, of -> of)));
    try (Backend engine =
        DecoderEngine.start(fake(), new EngineConfig(4, 64, 600), ModelIdentity.NONE)) {
      Tasks.run(engine, 4, works.iterator(), done -> {});
    }
    try (NaiveReference reference = new NaiveReference(fake(), 600)) {
      for (ItemWork<Session, Replies> work : works) {
        Reply reply = ((TaskResult.Ok<Replies>) work.result()).value().replies().get(0);
        Generate request = (Generate) task.begin(work.row(), of -> of).next().get(0);
        Completion expected = (Completion) reference.run(request);
        assertThat(expected.forcedTokens()).isEqualTo(endIds.size());
        assertThat(reply.logprobs()).isEqualTo(expected.logprobs());
        assertThat(reply.meanLogprob())
            .isEqualTo(expected.sumLogprob() / (expected.generatedTokens() - endIds.size()));
        TokenIds ids = expected.ids();
        int answer = budget + endIds.size();
        assertThat(ids.slice(budget, answer)).isEqualTo(endIds);
        assertThat(reply.reasoned())
            .contains(
                new Reply.Reasoned(
                    tokenizer.decode(ids.slice(0, budget)).strip(), answer - 1, true));
        assertThat(reply.content())
            .isEqualTo(tokenizer.decode(ids.slice(answer, ids.size())).stripLeading());
      }
    }
  }

  @Test
  void withoutABudgetNothingIsForcedAndNoReplyDependsOnTheMarks() {
    ReplyTask free = task(thinkMarks(), SamplingParams.greedy(9), List.of());
    ReplyTask other = task(marks(tokenizer, "<a>", "</a>"), SamplingParams.greedy(9), List.of());
    assertThat(free.scope()).isEqualTo(other.scope());
    assertThat(task(thinkMarks(), limited(3, "</think>"), List.of()).scope())
        .isNotEqualTo(
            task(marks(tokenizer, "<a>", "</a>"), limited(3, "</think>"), List.of()).scope());
    Generate request = (Generate) free.begin("s", id -> sessions().get(0)).next().get(0);
    assertThat(request.newStopCheck()).isSameAs(StopCheck.NEVER);
  }

  /** The distillations of DeepSeek R1: the marks are tokens, and the template opens the first. */
  @Test
  @SharedData.Needed
  void theTokensOfDeepSeekR1AreFound(@TempDir Path parent) {
    Path folder = Tokenizers.folder(Tokenizers.DEEPSEEK, parent);
    try (HuggingFaceFileTokenizer published =
        HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"))) {
      ReasoningMarkers marks = marks(published, "<think>", "</think>");
      assertThat(marks.start().id()).hasValue(151648);
      assertThat(marks.end().id()).hasValue(151649);
      ChatTemplates found = ChatTemplates.find(folder);
      ChatTemplate chat =
          ChatTemplate.parse(found.choose(Optional.empty(), false), found.specialTokens());
      TokenIds prompt =
          published.encode(chat.render(sessions().get(0).messages(), true, Map.of(), CLOCK).text());
      Reasoning reasoning = new Reasoning(marks, published);
      assertThat(reasoning.isOpenedBy(prompt, Optional.empty())).isTrue();
      TokenIds thought = published.encode("Okay, so 2 + 2.\n");
      TokenIds ids = thought.concat(published.encode("</think>\n\nIt is 4."));
      String whole = published.decode(ids);
      assertThat(reasoning.parts(ids, whole, whole, true))
          .contains(new Reasoning.Parts("Okay, so 2 + 2.", thought.size(), "It is 4."));
    }
  }
}
