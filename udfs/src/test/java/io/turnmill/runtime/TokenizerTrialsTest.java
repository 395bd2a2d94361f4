package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.SharedData;
import io.turnmill.prompt.Goldens;
import io.turnmill.session.Message;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs whose tokens once were wrong, with the numbers that transformers gives for them. */
@SharedData.Needed
class TokenizerTrialsTest {
  @TempDir Path temp;

  @Test
  void wordsThatWereAddedAreFoundInMessages() throws Exception {
    Map<String, TaskResult> results = ask("04-added-words-in-messages", Map.of(6144, 100.0));
    assertThat(promptTokens(results)).isEqualTo(Map.of("plain", 15, "umlaut", 44, "word", 19));
    assertThat(results.values())
        .allSatisfy(
            result -> {
              Reply reply = AskedFolder.reply(result);
              assertThat(reply.content()).isEqualTo("üüü");
              assertThat(reply.completionTokens()).isEqualTo(3);
            });
  }

  @Test
  void aSpecialTokenThatIsSpeltLeavesTheTextAroundItOneText() throws Exception {
    Map<String, TaskResult> results = ask("05-spelt-special-metaspace", Map.of());
    assertThat(promptTokens(results)).isEqualTo(Map.of("plain", 24, "spelt", 27, "spelt2", 50));
  }

  @Test
  void aTokenBeyondTheEmbeddingKeepsNobodyOut() throws Exception {
    Map<String, TaskResult> results = ask("17-tokenizer-larger-than-embedding", Map.of());
    assertThat(results.keySet()).containsExactlyInAnyOrder("a1", "a2", "a3");
    assertThat(promptTokens(results).values()).allMatch(tokens -> tokens > 10);
  }

  private static Map<String, Integer> promptTokens(Map<String, TaskResult> results) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    results.forEach((id, result) -> tokens.put(id, AskedFolder.reply(result).promptTokens()));
    return tokens;
  }

  private Map<String, TaskResult> ask(String trial, Map<Integer, Double> bias) throws Exception {
    Map<String, List<Message>> conversations = new LinkedHashMap<>();
    for (Map<String, Object> session : Goldens.lines(SharedData.trials(trial + "/in.jsonl"))) {
      List<Map<String, Object>> messages =
          ((List<?>) session.get("messages")).stream().map(Goldens::map).toList();
      conversations.put((String) session.get("session_id"), AskedFolder.messages(messages));
    }
    return AskedFolder.copyOf(SharedData.trials(trial + "/model"), temp.resolve("model"))
        .ask(conversations, bias);
  }
}
