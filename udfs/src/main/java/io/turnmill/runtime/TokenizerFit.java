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
 * Whether a tokenizer is of the same model as the weights. It may have added tokens beyond the
 * embedding, as when a pad token was added and the embedding was not made larger: no text has one
 * unless a template or a setting puts it there.
 */
final class TokenizerFit {
  /** This many tokens stand in a message; the rest is counted. */
  private static final int NAMED = 5;

  private TokenizerFit() {}

  /**
   * Looks at all ids that the tokenizer has.
   *
   * @param modelVocabSize one more than the greatest id that no added token has
   * @return a sentence for the user, where some added tokens have no row in the embedding
   * @throws ModelException when other ids have none
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
