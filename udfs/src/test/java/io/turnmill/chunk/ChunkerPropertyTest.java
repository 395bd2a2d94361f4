package io.turnmill.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds for chunks of any text with any structure, whatever its tokens. */
class ChunkerPropertyTest {
  private static final List<String> BITS =
      List.of(
          "word ",
          "Word. ",
          "a, ",
          "\n",
          "\n\n",
          "\r\n",
          "\r",
          " ",
          "\t",
          "\u3000",
          "| a | b |\n",
          "| --- |\n",
          "# H\n",
          "你好。",
          "“去吧”",
          "ภาษาไทย",
          "日本語の",
          "😀",
          "👩‍👩‍👧",
          "e\u0301",
          "\u0301",
          "\uD83D",
          "\uDE00",
          "Dr. ",
          "1. ",
          ". ",
          "\u00A0",
          "\u200D",
          "x".repeat(90),
          "U.S. ",
          "\u0000",
          "한국어 ",
          "नमस्ते ",
          "- item\n",
          "(b) ",
          "\"",
          "!?",
          "\u2028",
          "🇩🇪",
          "…");

  private static final List<TokenCounter> COUNTERS =
      List.of(
          String::length,
          DocumentsForTests::words,
          text -> text.getBytes(StandardCharsets.UTF_8).length,
          text -> (text.length() + 3) / 4,
          text -> text.isBlank() ? 0 : 1 + text.length() / 3,
          ChunkerPropertyTest::longWordsAreOneToken);

  /** As WordPiece does: a word of more than 20 chars is unknown. */
  private static int longWordsAreOneToken(String text) {
    int tokens = 0;
    for (String word : text.split("\\s+", -1)) {
      tokens += word.length() > 20 ? 1 : word.length();
    }
    return tokens;
  }

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
  void chunksWithoutOverlapsAreTheText(
      @ForAll("documents") DocumentText document,
      @ForAll @IntRange(min = 1, max = 60) int maxTokens,
      @ForAll @DoubleRange(max = 0.5) double overlap,
      @ForAll @IntRange(max = 5) int counter,
      @ForAll boolean room) {
    String text = document.text();
    TokenCounter tokens = COUNTERS.get(counter);
    ChunkSettings settings = new ChunkSettings(maxTokens, overlap, room);

    List<Chunk> chunks = new Chunker(settings, tokens).chunks(document);

    int end = 0;
    int begin = -1;
    for (int i = 0; i < chunks.size(); i++) {
      Chunk chunk = chunks.get(i);
      Span span = chunk.span();
      assertThat(chunk.number()).isEqualTo(i);
      assertThat(span.from() + chunk.overlap()).isEqualTo(end);
      assertThat(span.from()).isGreaterThan(begin);
      assertThat(span.to()).isGreaterThan(end);
      assertThat(span.length()).isLessThanOrEqualTo(settings.maxChars());
      assertThat(chunk.tokens()).isEqualTo(tokens.count(span.of(text)));
      assertThat(chunk.tokens() <= maxTokens || isOneCodePoint(span.of(text))).isTrue();
      begin = span.from();
      end = span.to();
    }
    assertThat(end).isEqualTo(NaiveOutline.isBlank(text) ? 0 : text.length());
    assertThat(new Chunker(settings, tokens).chunks(document)).isEqualTo(chunks);
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void chunksKnowTheirPagesAndHeadings(
      @ForAll("documents") DocumentText document,
      @ForAll @IntRange(min = 1, max = 60) int maxTokens,
      @ForAll @DoubleRange(max = 0.5) double overlap) {
    for (Chunk chunk : DocumentsForTests.chunks(document, maxTokens, overlap)) {
      assertThat(chunk.firstPage()).isEqualTo(NaiveOutline.page(document, chunk.span().from()));
      assertThat(chunk.lastPage()).isEqualTo(NaiveOutline.page(document, chunk.span().to() - 1));
      assertThat(chunk.headings()).isEqualTo(NaiveOutline.headings(document, chunk.span().from()));
    }
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void noCharacterThatFitsIsCut(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 30) int maxTokens) {
    Chunker chunker = new Chunker(new ChunkSettings(maxTokens, 0.3, false), String::length);
    BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
    graphemes.setText(text);

    for (Chunk chunk : chunker.chunks(DocumentText.of(text))) {
      for (int place : List.of(chunk.span().from(), chunk.span().to())) {
        if (!graphemes.isBoundary(place)) {
          int to = graphemes.following(place);
          int from = graphemes.preceding(place);
          assertThat(to - from).isGreaterThan(maxTokens);
          assertThat(Character.isSurrogatePair(text.charAt(place - 1), text.charAt(place)))
              .isFalse();
        }
      }
    }
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void noRowThatFitsIsCut(
      @ForAll("tables") String text,
      @ForAll @IntRange(min = 6, max = 60) int maxTokens,
      @ForAll @DoubleRange(max = 0.5) double overlap) {
    DocumentText document = DocumentsForTests.markdown(text);

    for (Chunk chunk : DocumentsForTests.chunks(document, maxTokens, overlap)) {
      for (int place : List.of(chunk.span().from(), chunk.span().to())) {
        for (Span table : document.tables()) {
          if (table.from() < place && place < table.to()) {
            int row = text.lastIndexOf('\n', place - 1) + 1;
            String whole = text.substring(row, text.indexOf('\n', place));
            assertThat(row == place || DocumentsForTests.words(whole) > maxTokens).isTrue();
            boolean end = place == chunk.span().to();
            assertThat(end && DocumentsForTests.words(table.of(text)) <= maxTokens).isFalse();
          }
        }
      }
    }
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void noTurnThatFitsIsCut(
      @ForAll("documents") DocumentText document,
      @ForAll @IntRange(min = 10, max = 60) int maxTokens,
      @ForAll @DoubleRange(max = 0.5) double overlap) {
    List<Integer> turns = new ArrayList<>();
    String text = document.text();
    for (int place = text.indexOf('#'); place >= 0; place = text.indexOf('#', place + 1)) {
      turns.add(place);
    }
    DocumentText session = new DocumentText(text, List.of(), List.of(), List.of(), turns);

    for (Chunk chunk : DocumentsForTests.chunks(session, maxTokens, overlap)) {
      int place = chunk.span().to();
      int from = text.lastIndexOf('#', place - 1);
      int to = place == text.length() ? place : text.indexOf('#', place);
      if (from >= 0 && place < text.length() && to != place) {
        String turn = text.substring(from, to < 0 ? text.length() : to);
        assertThat(DocumentsForTests.words(turn)).isGreaterThan(maxTokens);
      }
    }
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void longTextsWithoutAnyGoodPlaceAreCut(@ForAll("bits") String bit, @ForAll boolean spaced) {
    String text = bit.repeat(100_000 / bit.length()) + (spaced ? " " : "") + "end";

    List<Chunk> chunks = DocumentsForTests.chunks(DocumentText.of(text), 500, 0.2);

    StringBuilder all = new StringBuilder();
    for (Chunk chunk : chunks) {
      all.append(text, chunk.span().from() + chunk.overlap(), chunk.span().to());
      assertThat(chunk.tokens()).isLessThanOrEqualTo(500);
    }
    assertThat(all.toString().equals(text)).isTrue();
  }

  @Provide
  Arbitrary<String> bits() {
    return Arbitraries.of(BITS);
  }

  @Provide
  Arbitrary<String> texts() {
    return bits().list().ofMaxSize(120).map(bits -> String.join("", bits));
  }

  @Provide
  Arbitrary<String> tables() {
    return Arbitraries.of(
            "| a | bc |\n", "| a b c d e f g |\n", "Text here. ", "\n\n", "# Head\n\n")
        .list()
        .ofMaxSize(60)
        .map(lines -> String.join("", lines).replace(". |", ".\n|") + "\nEnd.\n");
  }

  @Provide
  Arbitrary<DocumentText> documents() {
    Arbitrary<List<Integer>> places = Arbitraries.integers().between(0, 1000).list().ofMaxSize(8);
    return Combinators.combine(texts(), places, places, places, places)
        .as(ChunkerPropertyTest::document);
  }

  private static DocumentText document(
      String text, List<Integer> heads, List<Integer> sheets, List<Integer> tabs, List<Integer> t) {
    List<Heading> headings = new ArrayList<>();
    for (Span span : spans(heads, text.length())) {
      headings.add(new Heading(span, 1 + span.length() % 4));
    }
    Set<Integer> pages = new TreeSet<>(inside(sheets, text.length()));
    pages.add(0);
    return new DocumentText(
        text,
        headings,
        List.copyOf(pages),
        spans(tabs, text.length()),
        List.copyOf(inside(t, text.length())));
  }

  private static Set<Integer> inside(List<Integer> places, int length) {
    Set<Integer> inside = new TreeSet<>();
    places.forEach(place -> inside.add(length == 0 ? 0 : place % length));
    return inside;
  }

  private static List<Span> spans(List<Integer> places, int length) {
    List<Integer> sorted = List.copyOf(inside(places, length));
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i + 1 < sorted.size(); i += 2) {
      spans.add(new Span(sorted.get(i), sorted.get(i + 1)));
    }
    return spans;
  }

  private static boolean isOneCodePoint(String text) {
    return text.codePointCount(0, text.length()) == 1;
  }
}
