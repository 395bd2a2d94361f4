package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.SamplingParams;
import io.turnmill.model.ZeroWeights;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Replies;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.SpoiltFolder;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.testing.TestSampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A model folder with weights of zero, asked for three tokens to each conversation. */
record AskedFolder(Path path) {

  /** A copy of a folder that has no weights. */
  static AskedFolder copyOf(Path folder, Path target) throws IOException {
    SpoiltFolder.copyOf(folder, target);
    ZeroWeights.write(target);
    return new AskedFolder(target);
  }

  /**
   * A small model.
   *
   * @param rows of its embedding
   * @param template Jinja, without a quotation mark
   */
  static AskedFolder small(Path folder, String tokenizer, int rows, String template)
      throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"" + template + "\"}");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": %s,
         "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
         "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 256,
         "tie_word_embeddings": true}
        """
            .formatted(rows));
    ZeroWeights.write(folder);
    return new AskedFolder(folder);
  }

  /** What becomes of each conversation, by its id; tokens of {@code bias} have that score. */
  Map<String, TaskResult<?>> ask(
      Map<String, List<Message>> conversations, Map<Integer, Double> bias)
      throws InterruptedException {
    RuntimeOptions options =
        new RuntimeOptions(
            new Model(path.toString(), "", "float32", "none", TestDevice.NAME),
            new Budgets(1, 2, 64, 256, 0, Tuning.DEFAULTS),
            Prompts.PLAIN,
            TestSampling.with(SamplingParams.greedy(3), "logitBias", bias),
            false,
            List.of(),
            7);
    Map<String, TaskResult<?>> results = new LinkedHashMap<>();
    try (ModelRuntime runtime = ModelRuntime.load(options)) {
      List<? extends ItemWork<String, ?>> works =
          conversations.entrySet().stream()
              .map(one -> runtime.task().begin(one.getKey(), id -> session(id, one.getValue())))
              .toList();
      Tasks.run(
          runtime.backend(),
          runtime.window(),
          works.iterator(),
          done -> results.put(done.row(), done.result()));
    }
    return results;
  }

  static Reply reply(TaskResult<?> result) {
    assertThat(result).isInstanceOf(TaskResult.Ok.class);
    return ((Replies) ((TaskResult.Ok<?>) result).value()).replies().get(0);
  }

  private static Session session(String id, List<Message> messages) {
    return new Session(new SessionKey(Optional.empty(), id), messages, Map.of());
  }

  /** Messages as JSON has them: {@code role} and {@code content}. */
  static List<Message> messages(List<Map<String, Object>> json) {
    List<Message> messages = new ArrayList<>();
    for (Map<String, Object> message : json) {
      messages.add(
          new Message(
              messages.size(),
              Role.valueOf(((String) message.get("role")).toUpperCase(Locale.ROOT)),
              (String) message.get("content"),
              Optional.empty(),
              Optional.empty()));
    }
    return messages;
  }

  /** One message of a user. */
  static List<Message> user(String content) {
    return messages(List.of(Map.of("role", "user", "content", content)));
  }
}
