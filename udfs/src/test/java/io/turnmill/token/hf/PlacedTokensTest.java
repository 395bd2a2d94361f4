package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.testing.Tokenizers;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Special tokens that are named by their places, against the library, which finds all of them. */
class PlacedTokensTest {
  private static final List<String> TEXTS =
      List.of("please", " a table", "  ", "\n", "▁", "ü", "e\u0301", "好", "🎉", "<", "x>", "12");

  private static final String LETTERS = "letters";
  private static final String BYTES = "bytes";
  private static final String SCHEME = "prepend_scheme";

  private static final Map<String, HuggingFaceFileTokenizer> LOADED = new LinkedHashMap<>();

  @BeforeContainer
  static void load() throws IOException {
    Path folder = Files.createTempDirectory("tokenizers");
    for (String name :
        List.of(
            "byte-level",
            "byte-level-begun",
            "byte-level-masked",
            "sentence-pieces",
            "sentence-pieces-first",
            "unigram",
            "word-pieces")) {
      Path file = folder.resolve(name);
      Tokenizers.unpack(name, file);
      LOADED.put(name, HuggingFaceFileTokenizer.load(file));
      Files.delete(file);
    }
    variant(folder, "byte-level", "single words", t -> flag(t, "single_word"));
    variant(folder, "byte-level", "white space before", t -> flag(t, "lstrip"));
    variant(folder, "byte-level", "white space after", t -> flag(t, "rstrip"));
    variant(folder, "sentence-pieces", "normalized", t -> flag(t, "normalized"));
    variant(folder, "word-pieces", "normalized", t -> flag(t, "normalized"));
    variant(folder, "unigram", "normalized", t -> flag(t, "normalized"));
    variant(folder, "sentence-pieces-first", "always", t -> metaspace(t).put(SCHEME, "always"));
    variant(folder, "sentence-pieces-first", "never", t -> metaspace(t).put(SCHEME, "never"));
    variant(
        folder,
        "sentence-pieces-first",
        "as older files have it",
        t ->
            metaspace(t)
                .put("add_prefix_space", true)
                .put("str_rep", "▁")
                .remove(List.of(SCHEME, "split")));
    variant(folder, "byte-level", LETTERS, t -> special(t, "|", "¶"));
    variant(folder, "unigram", LETTERS, t -> special(t, "|"));
    variant(folder, "sentence-pieces", BYTES, t -> special(t, "<0x0A>", "<0xC3>"));
    Path bert = folder.resolve("bert");
    PublishedTokenizers.bert(bert);
    LOADED.put("bert", HuggingFaceFileTokenizer.load(bert));
    Files.delete(bert);
    Files.delete(folder);
  }

  private static void variant(Path folder, String of, String name, Consumer<ObjectNode> change)
      throws IOException {
    Path file = folder.resolve(of);
    Tokenizers.unpack(of, file);
    ObjectNode tree = (ObjectNode) TokenizerFile.JSON.readTree(file.toFile());
    change.accept(tree);
    Files.writeString(file, tree.toString());
    LOADED.put(of + ", " + name, HuggingFaceFileTokenizer.load(file));
    Files.delete(file);
  }

  /** Makes pieces of the model special tokens, in front of those that are. */
  private static void special(ObjectNode tokenizer, String... pieces) {
    for (String piece : pieces) {
      tokenizer
          .withArray("added_tokens")
          .insertObject(0)
          .put("id", tokenizer.path("model").path("vocab").path(piece).asInt())
          .put("content", piece)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
  }

  private static ObjectNode metaspace(ObjectNode tokenizer) {
    return (ObjectNode) tokenizer.path("pre_tokenizer");
  }

  private static void flag(ObjectNode tokenizer, String flag) {
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        ((ObjectNode) token).put(flag, true);
      }
    }
  }

  @AfterContainer
  static void close() {
    LOADED.values().forEach(HuggingFaceFileTokenizer::close);
    LOADED.clear();
  }

  @Provide
  Arbitrary<List<Integer>> pieces() {
    return Arbitraries.integers().between(0, 39).list().ofMaxSize(12);
  }

  @Property(tries = 300)
  void theirIdsAreThoseOfTheWholeText(@ForAll("pieces") List<Integer> pieces) {
    LOADED.forEach(
        (name, tokenizer) -> {
          List<AddedToken> added = tokenizer.addedTokens();
          StringBuilder text = new StringBuilder();
          List<PlacedToken> places = new ArrayList<>();
          for (int piece : pieces) {
            if (piece < 2 * TEXTS.size()) {
              text.append(TEXTS.get(piece % TEXTS.size()));
            } else {
              AddedToken token = added.get(piece % added.size());
              if (token.special()) {
                places.add(new PlacedToken(text.length(), token));
              }
              text.append(token.content());
            }
          }
          assertThat(tokenizer.encode(text.toString(), places))
              .as("%s: %s", name, text)
              .isEqualTo(tokenizer.encode(text.toString()));
        });
  }

  @Example
  void aSpecialTokenWithoutAPlaceIsText() {
    LOADED.forEach(
        (name, tokenizer) -> {
          for (AddedToken token : tokenizer.addedTokens()) {
            if (token.special()
                && !token.content().equals("<unk>")
                && !name.equals("bert")
                && !name.endsWith(LETTERS)
                && !name.endsWith(BYTES)) {
              int[] ids = tokenizer.encode("x " + token.content(), List.of()).toArray();
              assertThat(IntStream.of(ids)).as(name + token).doesNotContain(token.id());
            }
          }
        });
  }

  /** A text without places has the ids that it had before these pieces were special tokens. */
  @Example
  void aPieceThatTextsAreMadeOfStaysOneWhenItIsASpecialToken() {
    String text = "a|b | ¶ö\n\nü <";
    for (String of :
        List.of("byte-level, " + LETTERS, "unigram, " + LETTERS, "sentence-pieces, " + BYTES)) {
      assertThat(LOADED.get(of).encode(text, List.of()))
          .as(of)
          .isEqualTo(LOADED.get(of.substring(0, of.indexOf(','))).encode(text));
    }
  }
}
