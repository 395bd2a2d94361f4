package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderSpec;
import io.turnmill.task.TextPieces;
import io.turnmill.task.TextPieces.Piece;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.EncoderGolden;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are longer than their model takes. */
class ChunkedTextsTest {
  private static final int MAX_TOKENS = 16;
  private static final String LONG = "the cat and the dog sat on a mat with 一些 words ".repeat(9);

  private static List<Integer> ids(TokenIds ids) {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      list.add(ids.get(i));
    }
    return list;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-max",
        "bert-without-prompt",
        "qwen3-embedding",
        "xlm-roberta-cls",
        "bert-cross-encoder"
      })
  void theChunksOfATextAreItsTokensEachWithWhatStandsAroundThem(String name) {
    EncoderGolden golden = EncoderGolden.named(name);
    EncoderHead head = ((EncoderSpec) golden.model().spec()).head();
    boolean pairs = name.equals("bert-cross-encoder");
    String text = pairs ? "a query" : LONG;
    Optional<String> pair = pairs ? Optional.of(LONG) : Optional.empty();
    try (TextTokenizer tokenizer =
        HuggingFaceTextTokenizer.load(golden.model().tokenizerFile(), MAX_TOKENS)) {
      EncoderTexts texts = new EncoderTexts(head, tokenizer, MAX_TOKENS);
      Piece whole =
          new EncoderTexts(head, wide(golden), 10_000)
              .pieces(Optional.empty())
              .of(text, pair, true)
              .get(0);
      List<Piece> pieces = texts.pieces(Optional.empty()).of(text, pair, true);
      assertThat(pieces).hasSizeGreaterThan(5);

      List<Integer> all = ids(whole.request().row().ids());
      TokenIds first = pieces.get(0).request().row().ids();
      TokenIds last = pieces.get(pieces.size() - 1).request().row().ids();
      int tail = commonEnd(first, last);
      int head0 = first.commonPrefix(last);
      List<Integer> joined = new ArrayList<>(ids(first.slice(0, head0)));
      for (Piece piece : pieces) {
        TokenIds row = piece.request().row().ids();
        assertThat(row.size()).isLessThanOrEqualTo(MAX_TOKENS);
        assertThat(row.slice(0, head0)).isEqualTo(first.slice(0, head0));
        assertThat(piece.tokens()).isEqualTo(row.size() - head0 - tail);
        assertThat(piece.request().cutTokens()).isZero();
        assertThat(piece.request().row().types().size()).isEqualTo(row.size());
        joined.addAll(ids(row.slice(head0, row.size() - tail)));
      }
      joined.addAll(ids(last.slice(last.size() - tail, last.size())));
      assertThat(joined).isEqualTo(all);
    }
  }

  /** Counts the texts that are encoded whole. */
  private static final class Counting implements TextTokenizer {
    private final TextTokenizer tokenizer;
    private int whole;

    Counting(TextTokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    @Override
    public Encoded encode(String text, Optional<String> pair) {
      return tokenizer.encode(text, pair);
    }

    @Override
    public Encoded encodeWhole(String text, Optional<String> pair) {
      whole++;
      return tokenizer.encodeWhole(text, pair);
    }

    @Override
    public int promptTokens(String prompt) {
      return tokenizer.promptTokens(prompt);
    }

    @Override
    public int vocabSize() {
      return tokenizer.vocabSize();
    }

    @Override
    public int modelVocabSize() {
      return tokenizer.modelVocabSize();
    }

    @Override
    public List<AddedToken> addedTokens() {
      return tokenizer.addedTokens();
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-max", "bert-cross-encoder"})
  void whatStandsAroundTextsIsEncodedOnceForAllThatAreShort(String name) {
    EncoderGolden golden = EncoderGolden.named(name);
    EncoderHead head = ((EncoderSpec) golden.model().spec()).head();
    boolean pairs = name.equals("bert-cross-encoder");
    try (Counting tokenizer =
        new Counting(HuggingFaceTextTokenizer.load(golden.model().tokenizerFile(), MAX_TOKENS))) {
      TextPieces pieces = new EncoderTexts(head, tokenizer, MAX_TOKENS).pieces(Optional.empty());
      for (String text : List.of("the cat", "the dog", "a mat")) {
        String first = pairs ? "a query" : text;
        Optional<String> second = pairs ? Optional.of(text) : Optional.empty();
        Piece alone =
            new EncoderTexts(head, tokenizer.tokenizer, MAX_TOKENS)
                .pieces(Optional.empty())
                .of(first, second, true)
                .get(0);
        assertThat(pieces.of(first, second, true).get(0).tokens()).isEqualTo(alone.tokens());
      }
      assertThat(tokenizer.whole).isEqualTo(1);
    }
  }

  /** A tokenizer under which the whole text is one piece. It is closed with the JVM. */
  private static TextTokenizer wide(EncoderGolden golden) {
    return HuggingFaceTextTokenizer.load(golden.model().tokenizerFile(), 10_000);
  }

  private static int commonEnd(TokenIds one, TokenIds other) {
    int common = 0;
    while (one.get(one.size() - 1 - common) == other.get(other.size() - 1 - common)) {
      common++;
    }
    return common;
  }
}
