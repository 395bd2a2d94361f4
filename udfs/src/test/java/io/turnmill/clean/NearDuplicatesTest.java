package io.turnmill.clean;

import static io.turnmill.clean.TalksForTests.talk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class NearDuplicatesTest {
  private static final Banding BANDING = Banding.of(0.9);

  /** A message of this many words, which are the numbers from {@code first} on. */
  private static String words(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(word -> "w" + word)
        .collect(Collectors.joining(" "));
  }

  private static double similarity(Session one, Session other) {
    return MinHash.of(one, List.of())
        .signature()
        .similarity(MinHash.of(other, List.of()).signature());
  }

  private static boolean meet(Session one, Session other) {
    Set<Long> common = new HashSet<>(MinHash.of(one, List.of()).bands(BANDING));
    common.retainAll(MinHash.of(other, List.of()).bands(BANDING));
    return !common.isEmpty();
  }

  private static String digest(Session session) {
    return SessionDigest.of(session, List.of());
  }

  @Example
  void wordsAndCharactersOfScriptsWithoutSpacesAreTokens() {
    assertThat(Shingles.tokens("Where’s my Order, №12?"))
        .containsExactly("where", "s", "my", "order", "no12");
    assertThat(Shingles.tokens("我的iPhone 15在哪里？"))
        .containsExactly("我", "的", "iphone", "15", "在", "哪", "里");
    assertThat(Shingles.tokens("ありがとう")).hasSize(5);
    assertThat(Shingles.tokens("?!")).containsExactly("?!");
  }

  @Example
  void caseWidthAndPunctuationMakeNoDifference() {
    Session one = talk("a", "user: Where is my order? Please say.", "assistant: 在路上，明天到。");
    Session other = talk("b", "user: where is MY order; please　say", "assistant: 在路上 明天到！");

    assertThat(similarity(one, other)).isEqualTo(1);
    assertThat(meet(one, other)).isTrue();
  }

  /**
   * Two texts of {@code n} words, of which the second is moved on by {@code k}: {@code n - 2}
   * shingles each, {@code n - 2 - k} in common.
   */
  @Property(tries = 60)
  void theEstimateIsNearTheJaccardSimilarity(
      @ForAll @IntRange(min = 20, max = 400) int n, @ForAll @IntRange(max = 18) int k) {
    double common = n - 2 - k;
    double jaccard = common / (n - 2 + k);

    // Five standard deviations of a share of 128.
    double margin = 5 * Math.sqrt(jaccard * (1 - jaccard) / MinHash.PERMUTATIONS) + 1e-9;
    assertThat(similarity(talk("a", "user: " + words(0, n)), talk("b", "user: " + words(k, n))))
        .isCloseTo(jaccard, within(margin));
  }

  @Example
  void aCharacterOfAChineseTextThatDiffersCostsThreeShingles() {
    String text = "请问我上周在你们网店订购的那台白色洗衣机现在到哪里了预计什么时候可以送到我家";
    Session one = talk("a", "user: " + text);
    Session other = talk("b", "user: " + text.replace("白", "黑"));
    double shingles = text.length() - 2;

    assertThat(similarity(one, other)).isCloseTo((shingles - 3) / (shingles + 3), within(0.16));
    assertThat(similarity(one, talk("c", "user: 今天天气怎么样"))).isLessThan(0.05);
  }

  @Example
  void sessionsWithOtherRolesSystemMessagesOrTenantsNeverMeet() {
    String text = "user: " + words(0, 100);
    Session session = talk("a", "system: Be brief.", text);

    assertThat(meet(session, talk("b", "system: Be brief.", text))).isTrue();
    assertThat(meet(session, talk("b", "system: Be kind.", text))).isFalse();
    assertThat(meet(session, talk("b", text))).isFalse();
    assertThat(meet(session, talk("b", "system: Be brief.", text, "assistant: Yes"))).isFalse();
    SessionKey elsewhere = new SessionKey(Optional.of("t"), "b");
    assertThat(meet(session, talk(elsewhere, "system: Be brief.", text))).isFalse();
  }

  @Example
  void aLongSystemMessageThatTwoSessionsShareDoesNotMakeThemSimilar() {
    String system = "system: " + words(1000, 1000);

    assertThat(
            similarity(
                talk("a", system, "user: Open today?"), talk("b", system, "user: Lost my card")))
        .isLessThan(0.1);
  }

  @Example
  void theBandsLetNearlyAllPairsMeetThatAreSimilarEnough() {
    for (int percent = 5; percent <= 100; percent += 5) {
      Banding banding = Banding.of(percent / 100.0);
      assertThat(banding.bands() * banding.rows()).isLessThanOrEqualTo(MinHash.PERMUTATIONS);
      assertThat(banding.recall(percent / 100.0)).isGreaterThanOrEqualTo(0.99);
    }
    assertThat(Banding.of(1)).isEqualTo(new Banding(1, 128));
    // 1 - (1 - 0.9^10)^12 = 0.9942, and with 11 rows 1 - (1 - 0.9^11)^11 = 0.9842.
    assertThat(Banding.of(0.9)).isEqualTo(new Banding(12, 10));
  }

  @Example
  void aSessionIsComparedWithTheLeadersBeforeIt() {
    Leaders leaders = new Leaders(0.9);
    Signature first = MinHash.of(talk("a", "user: " + words(0, 200)), List.of()).signature();
    Signature near = MinHash.of(talk("b", "user: " + words(2, 200)), List.of()).signature();
    Signature other = MinHash.of(talk("c", "user: " + words(500, 200)), List.of()).signature();

    assertThat(leaders.similarTo("a", first)).isEmpty();
    assertThat(leaders.similarTo("b", near)).containsExactly("a");
    assertThat(leaders.similarTo("c", other)).isEmpty();
    assertThat(leaders.similarTo("d", Signature.of(near.bytes()))).isEqualTo(List.of("a"));
    assertThat(leaders.similarTo("e", other)).containsExactly("c");
  }

  @Example
  void digestsAreThoseOfRolesAndTextsAndTenantAlone() {
    String digest = digest(talk("a", "user: 你好", "assistant: Hi"));

    assertThat(digest).hasSize(32);
    assertThat(digest(talk("b", "user: 你好", "assistant: Hi"))).isEqualTo(digest);
    assertThat(
            List.of(
                talk("b", "assistant: 你好", "assistant: Hi"),
                talk("b", "user: 你好", "assistant: hi"),
                talk("b", "user: 你好 ", "assistant: Hi"),
                talk("b", "user: 你好"),
                talk(new SessionKey(Optional.of(""), "a"), "user: 你好", "assistant: Hi")))
        .extracting(NearDuplicatesTest::digest)
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
  }

  private static Session withFields(String id, Map<String, String> fields) {
    return new Session(
        new SessionKey(Optional.empty(), id),
        talk(id, "user: " + words(0, 200)).messages(),
        fields);
  }

  @Example
  void sessionsThatDifferInAFieldThatIsAskedAboutAreNoDuplicates() {
    Session good = withFields("a", Map.of("chosen", "good", "channel", "web"));
    Session bad = withFields("b", Map.of("chosen", "bad", "channel", "web"));
    Session empty = withFields("c", Map.of("chosen", "", "channel", "app"));
    Session none = withFields("d", Map.of("channel", "web"));
    List<String> asked = List.of("chosen");

    assertThat(List.of(good, bad, empty, none))
        .extracting(session -> SessionDigest.of(session, asked))
        .doesNotHaveDuplicates();
    assertThat(digest(good)).isEqualTo(digest(bad)).isEqualTo(digest(none));
    assertThat(MinHash.of(good, asked).bands(BANDING))
        .doesNotContainAnyElementsOf(MinHash.of(bad, asked).bands(BANDING))
        .isEqualTo(MinHash.of(withFields("e", Map.of("chosen", "good")), asked).bands(BANDING));
  }
}
