package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.Tokenizers;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Path bert = folder.resolve("bert");
    PublishedTokenizers.bert(bert);
    LOADED.put("bert", HuggingFaceFileTokenizer.load(bert));
    Files.delete(bert);
    Files.delete(folder);
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
            if (token.special() && !token.content().equals("<unk>") && !name.equals("bert")) {
              int[] ids = tokenizer.encode("x " + token.content(), List.of()).toArray();
              assertThat(IntStream.of(ids)).as(name + token).doesNotContain(token.id());
            }
          }
        });
  }
}
