package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.AddedTokenScanner.Scan;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Where special tokens are spelt, against a scan that tries every token at every place. */
class AddedTokenScannerTest {
  private static final ChatTemplate TEMPLATE =
      ChatTemplate.parse(
          "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% else %}"
              + "{% for c in m.content %}{{ {'a': 'a', 'b': 'b', '<': '<', '🎉': '🎉'}[c] }}"
              + "{% endfor %}{% endif %}{% endfor %}",
          SpecialTokens.NONE);

  @Provide
  Arbitrary<String> spellings() {
    return Arbitraries.of("a", "b", "<", "🎉").list().ofMaxSize(12).map(c -> String.join("", c));
  }

  @Provide
  Arbitrary<Set<String>> contents() {
    return Arbitraries.of("a", "b", "<", "🎉")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(characters -> String.join("", characters))
        .set()
        .ofMaxSize(8);
  }

  @Property
  void aScanFindsWhatTryingEveryTokenFinds(
      @ForAll("contents") Set<String> contents,
      @ForAll("spellings") String before,
      @ForAll("spellings") String input,
      @ForAll("spellings") String after) {
    List<AddedToken> tokens = new ArrayList<>();
    for (String content : contents) {
      int id = tokens.size();
      tokens.add(
          new AddedToken(
              id, content, id % 3 != 0, false, false, false, id % 3 == 0 && id % 2 == 0));
    }
    Rendered text = rendered(before, input, after);
    assertThat(new AddedTokenScanner(tokens).scan(text)).isEqualTo(naive(tokens, text));
  }

  @Example
  void theLongestCountsAndItsBeginningWhereItEndsInAMessage() {
    List<AddedToken> tokens =
        List.of(
            new AddedToken(0, "<a", true, false, false, false, false),
            new AddedToken(1, "<ab", true, false, false, false, false));
    AddedTokenScanner scanner = new AddedTokenScanner(tokens);
    assertThat(scanner.scan(rendered("<ab", "b", "<")))
        .isEqualTo(new Scan(List.of(new PlacedToken(0, tokens.get(1))), false));
    assertThat(scanner.scan(rendered("<a", "b", "")))
        .isEqualTo(new Scan(List.of(new PlacedToken(0, tokens.get(0))), true));
  }

  /** Text of the template, of a message, and of the template. */
  private static Rendered rendered(String before, String input, String after) {
    List<Message> messages =
        List.of(
            new Message(0, Role.SYSTEM, before, Optional.empty(), Optional.empty()),
            new Message(1, Role.USER, input, Optional.empty(), Optional.empty()),
            new Message(2, Role.ASSISTANT, after, Optional.empty(), Optional.empty()));
    Rendered text =
        TEMPLATE.render(messages, false, Map.of(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    assertThat(text.text()).isEqualTo(before + input + after);
    return text;
  }

  private static Scan naive(List<AddedToken> tokens, Rendered text) {
    List<AddedToken> longestFirst =
        tokens.stream()
            .filter(token -> token.special() || !token.normalized())
            .sorted(Comparator.comparingInt((AddedToken t) -> t.content().length()).reversed())
            .toList();
    List<PlacedToken> genuine = new ArrayList<>();
    boolean spelt = false;
    int at = 0;
    while (at < text.text().length()) {
      int next = at + 1;
      for (AddedToken token : longestFirst) {
        PlacedToken place = new PlacedToken(at, token);
        if (text.text().startsWith(token.content(), at)) {
          if (token.special() && text.isInput(at, place.to())) {
            spelt = true;
            continue;
          }
          if (token.special()) {
            genuine.add(place);
          }
          next = place.to();
          break;
        }
      }
      at = next;
    }
    return new Scan(genuine, spelt);
  }
}
