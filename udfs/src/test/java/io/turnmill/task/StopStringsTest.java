package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.StopCheck;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Encoded;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class StopStringsTest {

  /** One token for each byte: every stop string crosses token borders. */
  private static final class Bytes implements Tokenizer {
    @Override
    public TokenIds encode(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int[] ids = new int[bytes.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = bytes[i] & 0xff;
      }
      return TokenIds.of(ids);
    }

    @Override
    public TokenIds encodeOrdinary(String text) {
      return encode(text);
    }

    @Override
    public Encoded encodeWithSpecials(String text, Optional<String> pair) {
      TokenIds ids = encode(text + pair.orElse(""));
      return new Encoded(ids, TokenIds.of(new int[ids.size()]));
    }

    @Override
    public String decode(TokenIds ids) {
      byte[] bytes = new byte[ids.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ids.get(i);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public List<AddedToken> addedTokens() {
      return List.of();
    }

    @Override
    public int vocabSize() {
      return 256;
    }

    @Override
    public void close() {}
  }

  private static final Tokenizer BYTES = new Bytes();

  /** Feeds the text token by token; the tokens until the check ends it, or all. */
  private static TokenIds generate(StopStrings stops, String text) {
    TokenIds all = BYTES.encode(text);
    StopCheck check = stops.newCheck();
    for (int i = 0; i < all.size(); i++) {
      if (check.endsWith(all.get(i))) {
        return all.slice(0, i + 1);
      }
    }
    return all;
  }

  @Example
  void aStopStringEndsTheReplyAndIsNoPartOfIt() {
    StopStrings stops = new StopStrings(List.of("结束", "\n\n"), 0, BYTES);
    TokenIds reply = generate(stops, "好的。结束 and more");
    assertThat(BYTES.decode(reply)).isEqualTo("好的。结束");
    StopStrings.Cut cut = stops.cut(reply, BYTES.decode(reply)).orElseThrow();
    assertThat(cut.text()).isEqualTo("好的。");
    assertThat(cut.stopString()).isEqualTo("结束");
  }

  @Example
  void withinTheFirstMinTokensAStopStringIsPartOfTheReply() {
    StopStrings stops = new StopStrings(List.of("b"), 3, BYTES);
    TokenIds reply = generate(stops, "abcdbz");
    assertThat(BYTES.decode(reply)).isEqualTo("abcdb");
    assertThat(stops.cut(reply, "abcdb").orElseThrow().text()).isEqualTo("abcd");
  }

  @Property
  void theReplyEndsWhereTheWholeTextFirstHoldsAStopString(
      @ForAll @Chars({'a', 'b', '好', 'é'}) @StringLength(max = 40) String text,
      @ForAll @Size(min = 1, max = 3)
          List<@Chars({'a', 'b', '好', 'é'}) @StringLength(min = 1, max = 6) String> strings,
      @ForAll @IntRange(max = 5) int minTokens) {
    StopStrings stops = new StopStrings(strings, minTokens, BYTES);
    TokenIds reply = generate(stops, text);
    TokenIds all = BYTES.encode(text);
    int expected = all.size();
    for (int n = all.size(); n > minTokens; n--) {
      String so = BYTES.decode(all.slice(0, n));
      String before = BYTES.decode(all.slice(0, minTokens));
      boolean holds =
          strings.stream()
              .anyMatch(s -> so.indexOf(s, Math.max(0, before.length() - s.length() + 1)) >= 0);
      if (holds) {
        expected = n;
      }
    }
    assertThat(reply.size()).isEqualTo(expected);
  }

  @Property
  void withoutStopStringsNothingEndsAReply(@ForAll @AlphaChars String text) {
    StopStrings stops = new StopStrings(List.of(), 0, BYTES);
    assertThat(BYTES.decode(generate(stops, text))).isEqualTo(text);
    assertThat(stops.cut(BYTES.encode(text), text)).isEmpty();
  }
}
