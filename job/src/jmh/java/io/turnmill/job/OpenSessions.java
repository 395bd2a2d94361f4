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
import java.util.stream.IntStream;

/**
 * The sessions of {@code samples/conversations} as they stood before each reply: what is asked of
 * an engine, as an archive and as prompts.
 */
record OpenSessions(List<Session> sessions) {
  /**
   * This many: of the samples, evenly from all, and where those are not enough also generated ones.
   *
   * @param count of sessions
   */
  static OpenSessions evenly(int count) {
    List<List<Message>> samples = ofSamples();
    int own = Math.min(count, samples.size());
    return new OpenSessions(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Session(
                        new SessionKey(Optional.empty(), "session-" + i),
                        i < own
                            ? samples.get((int) ((long) i * samples.size() / own))
                            : GeneratedSessions.of(i).messages(),
                        Map.of()))
            .toList());
  }

  private static List<List<Message>> ofSamples() {
    List<List<Message>> all = new ArrayList<>();
    for (Session session : Conversations.ofSamples(JobForTests.ROOT)) {
      List<Message> messages = session.messages();
      for (int i = 1; i < messages.size(); i++) {
        if (messages.get(i).role() == Role.ASSISTANT && messages.get(i - 1).role() == Role.USER) {
          all.add(messages.subList(0, i));
        }
      }
    }
    return all;
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, sessions.stream().map(ArchiveForTests::line).toList());
  }

  /**
   * A turn of each, the longest first, as the job takes them.
   *
   * @param model folder with the tokenizer and its chat template
   * @param replyTokens of each reply
   */
  Workload workload(Path model, int replyTokens) {
    ChatTemplate template = Conversations.template(model);
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(model.resolve("tokenizer.json"))) {
      return new Workload(
          "open",
          sessions.stream()
              .map(session -> Conversations.prompt(template, session.messages()))
              .map(text -> new Turn(tokenizer.encode(text), replyTokens))
              .sorted(Comparator.<Turn>comparingInt(Turn::tokens).reversed())
              .map(List::of)
              .toList());
    }
  }
}
