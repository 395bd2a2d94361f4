package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.testing.Tokenizers;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tokenizers with their chat templates, open for a test, and prompts made with them. */
final class Prompts implements AutoCloseable {
  /** More tokens than any prompt has. */
  static final int ROOM = 1_000_000;

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final Map<String, HuggingFaceFileTokenizer> tokenizers = new HashMap<>();
  private final Map<String, ChatTemplate> templates = new HashMap<>();

  Prompts(List<String> names, Path parent) {
    for (String name : names) {
      Path folder = Tokenizers.folder(name, parent);
      ChatTemplates found = ChatTemplates.find(folder);
      templates.put(
          name, ChatTemplate.parse(found.choose(Optional.empty(), false), found.specialTokens()));
      tokenizers.put(name, HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json")));
    }
  }

  HuggingFaceFileTokenizer tokenizer(String name) {
    return tokenizers.get(name);
  }

  /** As it is by default, with room for everything. */
  PromptBuilder builder(String name) {
    return builder(name, new PromptOptions(Optional.empty(), Map.of(), false, false, ROOM, ROOM));
  }

  PromptBuilder builder(String name, PromptOptions options) {
    return builder(name, tokenizers.get(name), options);
  }

  /** With the template of {@code name} and another tokenizer. */
  PromptBuilder builder(String name, Tokenizer tokenizer, PromptOptions options) {
    return new PromptBuilder(templates.get(name), tokenizer, options, CLOCK);
  }

  static Message message(int turn, Role role, String content) {
    return new Message(turn, role, content, Optional.empty(), Optional.empty());
  }

  static Session session(List<Message> messages) {
    return new Session(new SessionKey(Optional.empty(), "s"), messages, Map.of());
  }

  static TokenIds ids(PromptBuilder builder, List<Message> messages) {
    PromptResult result = builder.forLastUserTurn(session(messages));
    assertThat(result).isInstanceOf(PromptResult.Ready.class);
    return ((PromptResult.Ready) result).prompt().ids();
  }

  /** How often each added token stands among the ids. */
  Map<Integer, Long> countAdded(String name, TokenIds ids) {
    List<Integer> added = tokenizer(name).addedTokens().stream().map(AddedToken::id).toList();
    return IntStream.of(ids.toArray())
        .boxed()
        .filter(added::contains)
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** The id of an added token. */
  int added(String name, String content) {
    return tokenizer(name).addedTokens().stream()
        .filter(token -> token.content().equals(content))
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Override
  public void close() {
    tokenizers.values().forEach(HuggingFaceFileTokenizer::close);
  }
}
