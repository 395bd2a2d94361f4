package io.turnmill.runtime;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.AddedToken;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks that a tokenizer fits the weights of its model. A tokenizer may have added tokens beyond
 * the embedding, for example when a pad token was added and the embedding was not made larger: a
 * text has such a token only if a template or a setting puts it there.
 */
final class TokenizerFit {
  /** A message names this many tokens and counts the rest. */
  private static final int NAMED = 5;

  private TokenizerFit() {}

  /**
   * Checks all ids that the tokenizer has.
   *
   * @param modelVocabSize one more than the greatest id that does not belong to an added token
   * @return a sentence for the user if some added tokens have no row in the embedding
   * @throws ModelException when other ids have no row
   */
  static Optional<String> check(ModelFolder folder, int modelVocabSize, List<AddedToken> added) {
    folder.checkTokenizer(modelVocabSize);
    int rows = folder.spec().vocabSize();
    List<AddedToken> beyond =
        added.stream()
            .filter(token -> token.id() >= rows)
            .sorted(Comparator.comparingInt(AddedToken::id))
            .toList();
    if (beyond.isEmpty()) {
      return Optional.empty();
    }
    String named =
        beyond.stream()
            .limit(NAMED)
            .map(token -> token.id() + " " + token.content())
            .collect(Collectors.joining(", "));
    int more = beyond.size() - NAMED;
    return Optional.of(
        "%s: %s added %s beyond the %s rows of the embedding (%s%s); %s."
            .formatted(
                folder.tokenizerFile(),
                beyond.size(),
                beyond.size() == 1 ? "token lies" : "tokens lie",
                rows,
                named,
                more > 0 ? " and %s more".formatted(more) : "",
                folder.spec() instanceof DecoderSpec
                    ? "a prompt that has one fails with token_out_of_vocabulary, and none is ever drawn"
                    : "a text that has one gets no vector but TOKEN_OUT_OF_VOCABULARY"));
  }
}
