package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LabelTokensTest {
  private static final Path TOKENIZER = Path.of("../samples/models/chat-mini/tokenizer.json");
  private static final OptionalInt END = OptionalInt.of(1);

  @Test
  void labelsAreEncodedAsTextAndSpecialTokensInThemAreText() {
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(TOKENIZER)) {
      List<TokenIds> tokens = LabelTokens.of(List.of("refund", "praise", "其他"), tokenizer, END);
      assertThat(tokens.stream().map(tokenizer::decode)).containsExactly("refund", "praise", "其他");
    }
  }

  @Test
  void ifOneLabelBeginsAnotherAllHaveTheTokenThatEndsATurn() {
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(TOKENIZER)) {
      TokenIds one = tokenizer.encode("a", List.of());
      TokenIds longer = one.concat(tokenizer.encode(" b", List.of()));
      String both = tokenizer.decode(longer);
      List<TokenIds> tokens = LabelTokens.of(List.of("a", both), tokenizer, END);
      assertThat(tokens).containsExactly(one.concat(TokenIds.of(1)), longer.concat(TokenIds.of(1)));
      assertThat(LabelTokens.of(List.of("a", both), tokenizer, OptionalInt.empty()))
          .containsExactly(one, longer);
    }
  }

  @Test
  void labelsWithTheSameTokensCannotBeToldApart() {
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(TOKENIZER)) {
      assertThatThrownBy(() -> LabelTokens.of(List.of("a", "a"), tokenizer, END))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the labels 'a' and 'a' have the same tokens");
    }
  }
}
