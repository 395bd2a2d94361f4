package io.turnmill.runtime;

import io.turnmill.model.DecoderSpec;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.NamedToken;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The tokens that end a reply, as in vLLM: those that {@code generation_config.json} or else {@code
 * config.json} names by their ids, and in any case the {@code eos_token} of the tokenizer.
 */
final class EndTokens {
  private static final int SHOWN_CHARS = 60;

  /** A description of each token, by its id. */
  private final SortedMap<Integer, String> described = new TreeMap<>();

  /** A description of each token that is named and cannot be drawn. */
  private final List<String> unused = new ArrayList<>();

  private EndTokens() {}

  /**
   * Collects the tokens that the files name.
   *
   * @param spec the specification of the model, read from its configuration
   * @param templates the settings of the tokenizer
   */
  static EndTokens of(
      DecoderSpec spec, ChatTemplates templates, HuggingFaceFileTokenizer tokenizer) {
    EndTokens ends = new EndTokens();
    Optional<NamedToken> named = templates.eosToken();
    OptionalInt namedId = named.map(token -> id(token, tokenizer)).orElse(OptionalInt.empty());
    SortedMap<Integer, List<String>> files = new TreeMap<>();
    spec.tokens()
        .eos()
        .forEach(
            id -> files.computeIfAbsent(id, i -> new ArrayList<>()).add(spec.tokens().eosFrom()));
    namedId.ifPresent(
        id -> files.computeIfAbsent(id, i -> new ArrayList<>()).add(named.get().file()));
    files.forEach(
        (id, from) -> {
          String text =
              namedId.equals(OptionalInt.of(id)) ? named.get().text() : text(id, tokenizer);
          ends.add(id, text, String.join(", ", from), spec.vocabSize());
        });
    if (named.isPresent() && namedId.isEmpty()) {
      ends.unused.add(
          "%s (%s) is not a token of tokenizer.json"
              .formatted(shown(named.get().text()), named.get().file()));
    }
    return ends;
  }

  private static OptionalInt id(NamedToken token, HuggingFaceFileTokenizer tokenizer) {
    OptionalInt id = tokenizer.id(token.text());
    return id.isPresent() ? id : token.id();
  }

  private static String text(int id, HuggingFaceFileTokenizer tokenizer) {
    return tokenizer.addedTokens().stream()
        .filter(token -> token.id() == id)
        .map(AddedToken::content)
        .findFirst()
        .orElseGet(() -> id < tokenizer.vocabSize() ? tokenizer.decode(TokenIds.of(id)) : "");
  }

  /** Some folders name an end of sequence for which the model has no score: it is never drawn. */
  private void add(int id, String text, String files, int vocabSize) {
    String token = (id + " " + shown(text)).strip() + " (" + files + ")";
    if (id < vocabSize) {
      described.put(id, token);
    } else {
      unused.add("%s is beyond the model's %s tokens".formatted(token, vocabSize));
    }
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= SHOWN_CHARS
        ? printable
        : printable.substring(0, SHOWN_CHARS) + "…";
  }

  Set<Integer> ids() {
    return Set.copyOf(described.keySet());
  }

  /** The tokens, each with its id, its spelling and the files that name it, for people. */
  String described() {
    String ends = described.isEmpty() ? "none" : String.join(", ", described.values());
    return unused.isEmpty() ? ends : ends + "; not used: " + String.join(", ", unused);
  }

  /**
   * A warning if a chat template ends turns with a token that does not end a reply. There is none
   * if the last turn ends with a token that does, or if each turn has such a token among those that
   * end it.
   *
   * @param turnEnds the ends of turns, as {@link io.turnmill.prompt.TurnEnds} finds them
   * @param stopTokenIds the stop tokens in the user's settings
   */
  Optional<String> warning(List<List<AddedToken>> turnEnds, Set<Integer> stopTokenIds) {
    Predicate<AddedToken> ends =
        token -> described.containsKey(token.id()) || stopTokenIds.contains(token.id());
    if (turnEnds.stream().allMatch(run -> run.stream().anyMatch(ends))) {
      return Optional.empty();
    }
    AddedToken last = turnEnds.get(turnEnds.size() - 1).get(0);
    return ends.test(last)
        ? Optional.empty()
        : Optional.of(
            ("The chat template ends an assistant's turn with %s (token %s), which no file of the"
                    + " model names as an end of sequence, so replies may run on into turns that"
                    + " the model makes up. To end them there, set sampling.stop_token_ids = [%s].")
                .formatted(shown(last.content()), last.id(), last.id()));
  }
}
