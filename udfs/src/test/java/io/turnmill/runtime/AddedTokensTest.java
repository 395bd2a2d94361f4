package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.Tokenizers;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer to which a fine-tune has added words and a pad token. */
class AddedTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
          + "{% if messages[0].content == 'filled' %}[PAD]{% endif %}";

  @TempDir Path temp;
  private ObjectNode tokenizer;

  /** Ids before any were added here: the others follow. */
  private int size;

  @BeforeEach
  void unpack() throws IOException {
    Path file = temp.resolve("byte-level.json");
    Tokenizers.unpack("byte-level", file);
    tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    size = tokenizer.path("model").path("vocab").size() + tokenizer.path("added_tokens").size();
  }

  /** Adds a token and returns its id. */
  private int add(String content, boolean special) {
    int id = tokenizer.path("model").path("vocab").size() + tokenizer.path("added_tokens").size();
    tokenizer
        .withArray("added_tokens")
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
    return id;
  }

  private AskedFolder model(int rows) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("model"));
    return AskedFolder.small(folder, tokenizer.toString(), rows, TEMPLATE);
  }

  @Test
  void aWordIsOneTokenInWhatWasWrittenAndItselfInAReply() throws Exception {
    int word = add("für", false);
    Reply reply =
        AskedFolder.reply(
            model(size + 1)
                .ask(Map.of("s", AskedFolder.user("fürfür<|im_end|>für")), Map.of(word, 100.0))
                .get("s"));
    assertThat(reply.content()).isEqualTo("fürfürfür");
    // Two special tokens, three words, and the spelt token in pieces.
    assertThat(reply.promptTokens()).isGreaterThan(2 + 3 + 1);

    try (HuggingFaceFileTokenizer loaded =
        HuggingFaceFileTokenizer.load(temp.resolve("model/tokenizer.json"))) {
      TokenIds ids = loaded.encode("fürfür<|im_end|>für", List.of());
      assertThat(IntStream.of(ids.toArray()).filter(id -> id == word)).hasSize(3);
      assertThat(IntStream.of(ids.toArray()).filter(id -> id >= size)).hasSize(3);
      assertThat(loaded.decode(ids)).isEqualTo("fürfür<|im_end|>für");
    }
  }

  /** A byte-level decoder would take the letters of some for bytes. */
  @Test
  void wordsOfEverySpellingAreDecodedAsTheyAreSpelt() throws IOException {
    List<String> words = List.of("są", "łódź", "Ġqqx", "señor", "[LACHT]", "a b", "好");
    List<Integer> ids = words.stream().map(word -> add(word, false)).toList();
    Path file = temp.resolve("tokenizer.json");
    Files.writeString(file, tokenizer.toString());
    try (HuggingFaceFileTokenizer loaded = HuggingFaceFileTokenizer.load(file)) {
      for (int i = 0; i < words.size(); i++) {
        assertThat(loaded.decode(TokenIds.of(ids.get(i)))).isEqualTo(words.get(i));
      }
      int first = loaded.encode("好b").get(0);
      assertThat(first).isEqualTo(ids.get(6));
      assertThat(loaded.decode(TokenIds.of(ids.get(0), ids.get(6), ids.get(1))))
          .isEqualTo("są好łódź");
    }
  }

  @Test
  void aPromptWithATokenBeyondTheEmbeddingFailsAlone() throws Exception {
    int pad = add("[PAD]", true);
    AskedFolder folder = model(size);
    Map<String, TaskResult<?>> results =
        folder.ask(
            Map.of(
                "good", AskedFolder.user("a"),
                "spelt", AskedFolder.user("[PAD]"),
                "bad", AskedFolder.user("filled")),
            Map.of());
    assertThat(AskedFolder.reply(results.get("good")).completionTokens()).isEqualTo(3);
    assertThat(AskedFolder.reply(results.get("spelt")).completionTokens()).isEqualTo(3);
    assertThat(results.get("bad"))
        .isEqualTo(
            new TaskResult.Failed<>(
                TaskFailureCode.TOKEN_OUT_OF_VOCABULARY,
                "the prompt has token %s, but the embedding has %s rows".formatted(pad, size)));
    assertThat(ModelInspection.of(folder.path(), Optional.empty()).warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains(
                        "1 added token lies beyond the %s rows of the embedding (%s [PAD])"
                            .formatted(size, pad)));
    assertThat(ModelInspection.of(folder.path(), Optional.empty()).problems()).isEmpty();
  }

  @Test
  void aPieceOfTheModelBeyondTheEmbeddingIsRefused() throws IOException {
    AskedFolder folder = model(size - 8); // seven were added before
    ModelFolder opened = ModelFolder.open(folder.path());
    int pieces = tokenizer.path("model").path("vocab").size();
    assertThatThrownBy(() -> TokenizerFit.check(opened, pieces, List.of()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "has ids up to %d, but the embedding has %d rows", pieces - 1, size - 8);
  }

  @Test
  void aLongListOfTokensIsCounted() throws IOException {
    List<AddedToken> added =
        IntStream.range(0, 8)
            .mapToObj(
                i -> new AddedToken(size + i, "<" + i + ">", true, false, false, false, false))
            .toList();
    assertThat(TokenizerFit.check(ModelFolder.open(model(size).path()), size, added))
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence).contains("8 added tokens lie").contains(" and 3 more"));
  }
}
