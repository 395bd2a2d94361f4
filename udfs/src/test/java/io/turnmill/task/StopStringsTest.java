package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.StopCheck;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  private static class Bytes implements Tokenizer {
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
    public TokenIds encode(String text, List<PlacedToken> special) {
      return encode(text);
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
    public int modelVocabSize() {
      return vocabSize();
    }

    @Override
    public void close() {}
  }

  /** Where a run of bytes is not all characters, each byte is decoded as none; as in Llama 2. */
  private static final class ByteFallback extends Bytes {
    @Override
    public String decode(TokenIds ids) {
      String text = super.decode(ids);
      return text.indexOf('\ufffd') < 0 ? text : "\ufffd".repeat(ids.size());
    }
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

  /** Two of the three bytes of the stop string are within the first two tokens. */
  @Example
  void aStopStringThatEndsBehindMinTokensCountsThoughItBeginsBefore() {
    for (Tokenizer tokenizer : List.of(BYTES, new ByteFallback())) {
      StopStrings stops = new StopStrings(List.of("好"), 2, tokenizer);
      TokenIds reply = generate(stops, "好 and more");
      assertThat(BYTES.decode(reply)).isEqualTo("好");
      assertThat(stops.cut(reply, "好").orElseThrow().text()).isEmpty();
    }
  }

  @Example
  void onlyTokensThatMayEndAStopStringAreLookedAtTwice() {
    int[] decoded = {0};
    Tokenizer counting =
        new Bytes() {
          @Override
          public String decode(TokenIds ids) {
            decoded[0]++;
            return super.decode(ids);
          }
        };
    StopStrings stops = new StopStrings(List.of("ab\n"), 0, counting);
    generate(stops, "abcde".repeat(100));
    assertThat(decoded[0]).isEqualTo(5);
    assertThat(BYTES.decode(generate(stops, "abcab\ncab"))).isEqualTo("abcab\n");
  }

  @Property
  void theReplyEndsWhereTheWholeTextFirstHoldsAStopString(
      @ForAll @Chars({'a', 'b', '好', 'é'}) @StringLength(max = 40) String text,
      @ForAll @Size(min = 1, max = 3)
          List<@Chars({'a', 'b', '好', 'é'}) @StringLength(min = 1, max = 6) String> strings,
      @ForAll @IntRange(max = 5) int minTokens,
      @ForAll boolean fallback) {
    Tokenizer tokenizer = fallback ? new ByteFallback() : BYTES;
    StopStrings stops = new StopStrings(strings, minTokens, tokenizer);
    TokenIds reply = generate(stops, text);
    int end = end(text, strings, minTokens);
    assertThat(reply.size()).isEqualTo(end < 0 ? BYTES.encode(text).size() : end);
    assertThat(stops.cut(reply, BYTES.decode(reply)).isPresent()).isEqualTo(end >= 0);
  }

  /** Bytes to the end of the stop string that ends first behind so many; -1 where none does. */
  private static int end(String text, List<String> strings, int minTokens) {
    int first = -1;
    for (String stop : strings) {
      for (int at = text.indexOf(stop); at >= 0; at = text.indexOf(stop, at + 1)) {
        int end = BYTES.encode(text.substring(0, at + stop.length())).size();
        if (end > minTokens && (first < 0 || end < first)) {
          first = end;
        }
      }
    }
    return first;
  }

  @Property
  void withoutStopStringsNothingEndsAReply(@ForAll @AlphaChars String text) {
    StopStrings stops = new StopStrings(List.of(), 0, BYTES);
    assertThat(BYTES.decode(generate(stops, text))).isEqualTo(text);
    assertThat(stops.cut(BYTES.encode(text), text)).isEmpty();
  }
}
