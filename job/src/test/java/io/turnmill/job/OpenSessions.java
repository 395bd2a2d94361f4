package io.turnmill.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.bench.Conversations;
import io.turnmill.bench.Workload;
import io.turnmill.bench.Workload.Turn;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.BufferedWriter;
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
 * The real sessions of {@code samples/sessions} as they stood before each reply: what is asked of
 * an engine, as an archive and as prompts.
 */
record OpenSessions(List<Session> sessions) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * So many, evenly from all; where there are not as many, they come again under other ids.
   *
   * @param count of sessions
   */
  static OpenSessions evenly(int count) {
    List<List<Message>> all = new ArrayList<>();
    for (Session session : Conversations.ofSamples(JobForTests.ROOT)) {
      List<Message> messages = session.messages();
      for (int i = 1; i < messages.size(); i++) {
        if (messages.get(i).role() == Role.ASSISTANT && messages.get(i - 1).role() == Role.USER) {
          all.add(messages.subList(0, i));
        }
      }
    }
    int step = Math.min(count, all.size());
    return new OpenSessions(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Session(
                        new SessionKey(Optional.empty(), "session-" + i),
                        all.get((int) ((long) i * all.size() / step % all.size())),
                        Map.of()))
            .toList());
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (Session session : sessions) {
        ObjectNode line = JSON.createObjectNode().put("session_id", session.key().sessionId());
        ArrayNode messages = line.putArray("messages");
        for (Message message : session.messages()) {
          messages
              .addObject()
              .put("role", message.role().wireName())
              .put("content", message.content());
        }
        lines.write(line.toString());
        lines.newLine();
      }
    }
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
