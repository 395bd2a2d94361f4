package io.turnmill.job;

import io.turnmill.bench.Workload;
import io.turnmill.bench.Workload.Turn;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.GeneratedSessions;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The sessions of a bench: of {@code samples/conversations}, evenly from all, and where those are
 * not enough also generated ones. They are what the job reads, as an archive, and what is asked of
 * an engine.
 */
record BenchSessions(List<Session> sessions) {

  /** Sessions as they stood before a reply: the user has the last word. */
  static BenchSessions open(int count) {
    List<List<Message>> all = new ArrayList<>();
    for (List<Message> messages : samples()) {
      for (int i = 1; i < messages.size(); i++) {
        if (messages.get(i).role() == Role.ASSISTANT && messages.get(i - 1).role() == Role.USER) {
          all.add(messages.subList(0, i));
        }
      }
    }
    return evenly(count, all);
  }

  /** Whole sessions. */
  static BenchSessions whole(int count) {
    return evenly(count, samples());
  }

  /** Sessions that all have the messages of one, which is of the middle length among these. */
  BenchSessions alike() {
    List<Message> middle =
        sessions.stream()
            .map(Session::messages)
            .sorted(Comparator.comparingInt(BenchSessions::chars))
            .toList()
            .get(sessions.size() / 2);
    return new BenchSessions(
        IntStream.range(0, sessions.size()).mapToObj(i -> session(i, middle)).toList());
  }

  /**
   * The same sessions with a number at the end of each message: a text that is repeated, as some of
   * the generated ones are, is not always computed again.
   */
  BenchSessions numbered() {
    List<Session> numbered = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      int number = i;
      numbered.add(
          session(
              i, sessions.get(i).messages().stream().map(of -> withNumber(of, number)).toList()));
    }
    return new BenchSessions(numbered);
  }

  private static Message withNumber(Message of, int session) {
    String content = of.content() + " " + session + "." + of.turn();
    return new Message(of.turn(), of.role(), content, of.timestamp(), of.messageId());
  }

  private static List<List<Message>> samples() {
    return Conversations.ofSamples(JobForTests.ROOT).stream().map(Session::messages).toList();
  }

  private static BenchSessions evenly(int count, List<List<Message>> samples) {
    int own = Math.min(count, samples.size());
    return new BenchSessions(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    session(
                        i,
                        i < own
                            ? samples.get((int) ((long) i * samples.size() / own))
                            : GeneratedSessions.of(i).messages()))
            .toList());
  }

  private static Session session(int number, List<Message> messages) {
    SessionKey key = new SessionKey(Optional.empty(), "session-" + number);
    return new Session(key, messages, Map.of());
  }

  private static int chars(List<Message> messages) {
    return messages.stream().mapToInt(message -> message.content().length()).sum();
  }

  /** Writes them as an archive. */
  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, sessions.stream().map(ArchiveForTests::line).toList());
  }

  /** All messages, those of the longest session first, as the job takes them. */
  List<String> texts() {
    return sessions.stream()
        .sorted(longestFirst(session -> chars(session.messages())))
        .flatMap(session -> session.messages().stream())
        .map(Message::content)
        .toList();
  }

  /**
   * The last turn of each session, those with the longest prompt first.
   *
   * @param model folder with the tokenizer and its chat template
   * @param replyTokens tokens of each reply
   */
  Workload lastTurns(Path model, int replyTokens) {
    return workload(
        model,
        replyTokens,
        session -> List.of(session.messages().size() - 1),
        turns -> turns.get(0).tokens());
  }

  /**
   * Every user turn of each session, the longest session first, as the task {@code replay} asks
   * them.
   *
   * @param model as for {@link #lastTurns}
   * @param replyTokens as for {@link #lastTurns}
   */
  Workload userTurns(Path model, int replyTokens) {
    return workload(
        model,
        replyTokens,
        session ->
            IntStream.range(0, session.messages().size())
                .filter(i -> session.messages().get(i).role() == Role.USER)
                .boxed()
                .toList(),
        turns -> turns.get(turns.size() - 1).tokens());
  }

  private Workload workload(
      Path model,
      int replyTokens,
      Function<Session, List<Integer>> asked,
      ToIntFunction<List<Turn>> length) {
    ChatTemplate template = Conversations.template(model);
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(model.resolve("tokenizer.json"))) {
      List<List<Turn>> turns = new ArrayList<>();
      for (Session session : sessions) {
        List<Turn> ofSession = new ArrayList<>();
        for (int turn : asked.apply(session)) {
          List<Message> shown = session.messages().subList(0, turn + 1);
          String prompt = Conversations.prompt(template, shown);
          ofSession.add(new Turn(tokenizer.encode(prompt), replyTokens));
        }
        turns.add(ofSession);
      }
      turns.sort(longestFirst(length));
      return new Workload("bench job", turns);
    }
  }

  private static <T> Comparator<T> longestFirst(ToIntFunction<T> length) {
    return Comparator.comparingInt(length).reversed();
  }
}
