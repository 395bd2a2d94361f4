package io.turnmill.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.testing.Conversations;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a bench of replies computes: prompts of the conversations in {@code samples/conversations},
 * in the ids of {@code samples/models/chat-mini}. A reply has as many tokens as the written one
 * (and one more for its end), whatever the model says, so that every way of computing does the
 * same.
 *
 * @param sessions the turns of each; a turn is asked for when the one before has its reply
 */
public record Workload(String name, List<List<Turn>> sessions) {
  private static final Path MODEL = Path.of("samples/models/chat-mini");
  private static final int LONG_SESSION = 8;
  private static final int SYSTEM_PROMPT_TOKENS = 400;

  /** A prompt and the length of its reply. */
  public record Turn(TokenIds prompt, int replyTokens) {
    /** Of both. */
    public int tokens() {
      return prompt.size() + replyTokens;
    }
  }

  /**
   * A workload by its name.
   *
   * <ul>
   *   <li>{@code single}: the last turn of each session
   *   <li>{@code turns}: every turn of sessions that have at least {@value #LONG_SESSION}
   *   <li>{@code shared}: the first turn of each session, behind a system prompt of {@value
   *       #SYSTEM_PROMPT_TOKENS} tokens that all have in common
   * </ul>
   *
   * @param most so many sessions, evenly from all
   */
  static Workload of(String name, int most) {
    try (Prompts prompts = new Prompts()) {
      List<Session> all = Conversations.ofSamples(Path.of(""));
      List<List<Turn>> sessions =
          switch (name) {
            case "single" ->
                all.stream()
                    .map(session -> prompts.turns(session, Optional.empty()))
                    .map(turns -> List.of(turns.get(turns.size() - 1)))
                    .toList();
            case "turns" ->
                all.stream()
                    .map(session -> prompts.turns(session, Optional.empty()))
                    .filter(turns -> turns.size() >= LONG_SESSION)
                    .toList();
            case "shared" -> {
              Optional<Message> system = Optional.of(prompts.systemPrompt(all));
              yield all.stream()
                  .map(session -> List.of(prompts.turns(session, system).get(0)))
                  .toList();
            }
            default -> throw new IllegalArgumentException("no workload is named " + name);
          };
      int count = Math.min(most, sessions.size());
      int total = sessions.size();
      return new Workload(
          name,
          IntStream.range(0, count)
              .mapToObj(i -> sessions.get((int) ((long) i * total / count)))
              .toList());
    }
  }

  /** Of the first sessions only. */
  Workload first(int count) {
    return new Workload(name, sessions.subList(0, Math.min(count, sessions.size())));
  }

  List<Turn> turns() {
    return sessions.stream().flatMap(List::stream).toList();
  }

  /** How many replies are asked for. */
  public int replies() {
    return turns().size();
  }

  /** Of prompts and replies. */
  public long tokens() {
    return turns().stream().mapToLong(Turn::tokens).sum();
  }

  int longest() {
    return turns().stream().mapToInt(Turn::tokens).max().orElseThrow();
  }

  /** A line of JSON for each turn, for {@code generate_peer.py}. */
  List<String> lines() {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (int session = 0; session < sessions.size(); session++) {
      for (Turn turn : sessions.get(session)) {
        ObjectNode line = json.createObjectNode();
        line.put("workload", name).put("session", session).put("reply_tokens", turn.replyTokens());
        IntStream.of(turn.prompt().toArray()).forEach(line.putArray("prompt")::add);
        lines.add(line.toString());
      }
    }
    return lines;
  }

  /** From messages to ids. */
  private static final class Prompts implements AutoCloseable {
    private final ChatTemplate template = Conversations.template(MODEL);
    private final Tokenizer tokenizer =
        HuggingFaceFileTokenizer.load(MODEL.resolve("tokenizer.json"));

    List<Turn> turns(Session session, Optional<Message> system) {
      List<Turn> turns = new ArrayList<>();
      List<Message> before = new ArrayList<>(system.stream().toList());
      for (Message message : session.messages()) {
        if (message.role() == Role.ASSISTANT && before.size() > system.stream().count()) {
          int reply = tokenizer.encode(message.content()).size() + 1;
          String prompt = Conversations.prompt(template, before);
          turns.add(new Turn(tokenizer.encode(prompt), reply));
        }
        before.add(message);
      }
      return turns;
    }

    /** Text of the samples, as long as house rules are. */
    Message systemPrompt(List<Session> sessions) {
      StringBuilder text = new StringBuilder();
      for (Session session : sessions) {
        for (Message message : session.messages()) {
          text.append(message.content()).append(' ');
          if (tokenizer.encode(text.toString()).size() >= SYSTEM_PROMPT_TOKENS) {
            return new Message(0, Role.SYSTEM, text.toString(), Optional.empty(), Optional.empty());
          }
        }
      }
      throw new IllegalStateException("the samples are shorter than a system prompt");
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }
}
