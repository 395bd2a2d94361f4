package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Penalties;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Replies;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where replies of the sample model end, what is told of it, and that company changes nothing. */
class ReplyEndTest {
  private static final String MODEL = "../samples/models/chat-mini";
  private static final int MAX_TOKENS = 14;

  /** Characters of a prompt that is short enough for the slots below, in any language. */
  private static final int LONGEST = 500;

  /** With the ids of all drawn tokens. */
  private static final SamplingParams GREEDY = SamplingParams.greedy(MAX_TOKENS).with(1, 0);

  /** Second turns of users from all over the archive, in English and in Chinese. */
  private static final List<Session> SESSIONS = sessions(10);

  /** What the model says when nothing but its own end-of-sequence token ends it. */
  private static List<Reply> free;

  /** The number of one that is long. */
  private static int lengthy;

  @BeforeAll
  static void replyFreely() throws Exception {
    free = replies(GREEDY, false, List.of(), 5);
    lengthy =
        IntStream.range(0, free.size())
            .filter(i -> free.get(i).completionTokens() >= 8)
            .findFirst()
            .orElseThrow();
  }

  @Test
  void theModelsOwnEndHasNoStopReasonAndTheLengthNeither() {
    assertThat(free).extracting(Reply::finishReason).contains("stop", "length");
    assertThat(free).extracting(Reply::stopReason).containsOnly(Optional.empty());
    for (Reply reply : free) {
      boolean cut = reply.finishReason().equals("length");
      assertThat(reply.completionTokens()).isEqualTo(ids(reply).size());
      assertThat(cut).isEqualTo(reply.completionTokens() == MAX_TOKENS);
      TokenIds text = cut ? ids(reply) : ids(reply).slice(0, ids(reply).size() - 1);
      assertThat(reply.content()).isEqualTo(decode(text));
    }
  }

  @Test
  void aStopStringEndsTheReplyAndIsToldAndIsNoPartOfTheText() throws Exception {
    // Three characters each, so that the one that begins first ends first.
    List<String> stops = new ArrayList<>();
    for (Reply reply : free.subList(0, 8)) {
      int middle = (reply.content().length() - 3) / 2;
      stops.add(reply.content().substring(middle, middle + 3));
    }
    List<Reply> stopped = replies(GREEDY, false, stops, 5);

    int ended = 0;
    for (int i = 0; i < free.size(); i++) {
      String text = free.get(i).content();
      int at = stops.stream().mapToInt(text::indexOf).filter(a -> a >= 0).min().orElse(-1);
      if (at < 0) {
        assertThat(stopped.get(i).content()).isEqualTo(text);
        continue;
      }
      ended++;
      assertThat(stopped.get(i).content()).isEqualTo(text.substring(0, at));
      assertThat(stopped.get(i).finishReason()).isEqualTo("stop");
      assertThat(stopped.get(i).stopReason()).contains(text.substring(at, at + 3));
      TokenIds drawn = ids(stopped.get(i));
      assertThat(decode(drawn)).contains(text.substring(0, at + 3));
      assertThat(decode(drawn.slice(0, drawn.size() - 1)))
          .as("without its last token")
          .doesNotContain(text.substring(at, at + 3));
    }
    assertThat(ended).isGreaterThanOrEqualTo(8);
  }

  @Test
  void aStopStringCountsFromMinTokensOn() throws Exception {
    String text = free.get(lengthy).content();
    String first = text.substring(0, 1);
    SamplingParams later = TestSampling.notBefore(3, SamplingParams.greedy(MAX_TOKENS)).with(1, 0);
    Reply reply = replies(later, false, List.of(first), 5).get(lengthy);

    String kept = decode(ids(free.get(lengthy)).slice(0, 3));
    int end = text.indexOf(first, kept.length());
    assertThat(reply.content()).isEqualTo(end < 0 ? text : text.substring(0, end));
    assertThat(reply.content()).startsWith(kept);
  }

  @Test
  void aStopTokenOfTheUserIsToldByItsNumber() throws Exception {
    int stop = ids(free.get(lengthy)).get(2);
    SamplingParams stopping = SamplingParams.greedy(MAX_TOKENS).withStopTokenIds(Set.of(stop));
    List<Reply> stopped = replies(stopping, false, List.of(), 5);

    for (int i = 0; i < free.size(); i++) {
      int[] ids = ids(free.get(i)).toArray();
      int at = IntStream.range(0, ids.length).filter(t -> ids[t] == stop).findFirst().orElse(-1);
      Reply reply = stopped.get(i);
      if (at < 0) {
        assertThat(reply.content()).isEqualTo(free.get(i).content());
      } else {
        assertThat(reply.content()).isEqualTo(decode(ids(free.get(i)).slice(0, at)));
        assertThat(reply.finishReason()).isEqualTo("stop");
        assertThat(reply.stopReason()).contains(Integer.toString(stop));
        assertThat(reply.completionTokens()).isEqualTo(at + 1);
      }
    }
    assertThat(stopped.get(lengthy).stopReason()).isPresent();
  }

  @Test
  void withoutTheModelsEndEveryReplyGoesOnToItsLength() throws Exception {
    List<Reply> endless = replies(GREEDY, true, List.of(), 5);

    for (int i = 0; i < free.size(); i++) {
      Reply reply = endless.get(i);
      assertThat(reply.completionTokens()).isEqualTo(MAX_TOKENS);
      assertThat(reply.finishReason()).isEqualTo("length");
      assertThat(reply.stopReason()).isEmpty();
      assertThat(ids(reply).commonPrefix(ids(free.get(i)))).isEqualTo(ids(free.get(i)).size());
    }
  }

  @Test
  void aSampledReplyIsTheSameAloneAndInAnyCompany() throws Exception {
    SamplingParams sampled =
        new SamplingParams(
            MAX_TOKENS, 2, 0.8, 0.9, 40, 0.02, Set.of(), Penalties.NONE, Map.of(), 3, 0);
    List<Reply> together = replies(sampled, false, List.of(), 7);
    List<Reply> alone = replies(sampled, false, List.of(), 1);

    assertThat(together).hasSize(3 * SESSIONS.size());
    assertThat(together.stream().map(ReplyEndTest::ids).toList())
        .isEqualTo(alone.stream().map(ReplyEndTest::ids).toList());
    assertThat(together.stream().map(Reply::content).distinct().count())
        .as("different replies to one prompt")
        .isGreaterThan(SESSIONS.size());
  }

  /** In the order of the sessions. */
  private static List<Reply> replies(
      SamplingParams sampling, boolean ignoreEos, List<String> stop, int slots) throws Exception {
    RuntimeOptions options =
        new RuntimeOptions(
            new Model(MODEL, "", "float32", "none", TestDevice.NAME),
            new Budgets(1, slots, 96, 1024, 0, Tuning.DEFAULTS),
            new Prompts("", "", "", "", false, true, Instant.EPOCH),
            sampling,
            ignoreEos,
            stop,
            7);
    List<ItemWork<Integer, ?>> works = new ArrayList<>();
    try (ModelRuntime runtime = ModelRuntime.load(options)) {
      for (int i = 0; i < SESSIONS.size(); i++) {
        works.add(runtime.task().begin(i, SESSIONS::get));
      }
      Tasks.run(runtime.backend(), runtime.window(), works.iterator(), done -> {});
    }
    return works.stream()
        .flatMap(w -> ((Replies) ((TaskResult.Ok<?>) w.result()).value()).replies().stream())
        .toList();
  }

  private static List<Session> sessions(int count) {
    List<Session> all =
        Conversations.ofSamples(Path.of("..")).stream()
            .filter(session -> session.messages().size() > 3)
            .map(ReplyEndTest::secondTurn)
            .filter(session -> characters(session) <= LONGEST)
            .toList();
    return IntStream.range(0, count).mapToObj(i -> all.get(i * all.size() / count)).toList();
  }

  private static int characters(Session session) {
    return session.messages().stream().mapToInt(message -> message.content().length()).sum();
  }

  private static Session secondTurn(Session session) {
    int[] users =
        IntStream.range(0, session.messages().size())
            .filter(i -> session.messages().get(i).role() == Role.USER)
            .toArray();
    List<Message> begin = session.messages().subList(0, users[1] + 1);
    return new Session(session.key(), begin, session.carried());
  }

  /** Of all drawn tokens, the stop token included. */
  private static TokenIds ids(Reply reply) {
    return TokenIds.of(reply.logprobs().stream().mapToInt(TokenLogprob::id).toArray());
  }

  private static String decode(TokenIds ids) {
    try (HuggingFaceFileTokenizer tokenizer =
        HuggingFaceFileTokenizer.load(Path.of(MODEL, "tokenizer.json"))) {
      return tokenizer.decode(ids);
    }
  }
}
