package io.turnmill.chunk;

import static io.turnmill.chunk.DocumentsForTests.chunks;
import static io.turnmill.chunk.DocumentsForTests.markdown;
import static io.turnmill.chunk.DocumentsForTests.parts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.document.DocumentText;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkerTest {
  private static final String TABLE =
      """
      | item | price |
      | --- | --- |
      | tea | 3 |
      | milk | 2 |
      | bread | 4 |
      """;

  @Test
  void aTextThatFitsIsOneChunk() {
    DocumentText text = markdown("# Tea\n\nIt is hot.");

    assertThat(chunks(text, 20, 0.2))
        .singleElement()
        .satisfies(
            chunk -> {
              assertThat(chunk.span().of(text.text())).isEqualTo(text.text());
              assertThat(chunk.overlap()).isZero();
              assertThat(chunk.tokens()).isEqualTo(6);
              assertThat(chunk.headings()).containsExactly("Tea");
              assertThat(chunk.firstPage()).isZero();
            });
  }

  @Test
  void anEmptyOrBlankTextHasNoChunks() {
    assertThat(chunks(DocumentText.of(""), 5, 0)).isEmpty();
    assertThat(chunks(DocumentText.of(" \r\n\t\u3000\u00A0\n"), 5, 0)).isEmpty();
  }

  @Test
  void textsAreCutBetweenEnglishSentencesAndNotAfterAbbreviations() {
    String text =
        "Dr. Moss met Mrs. Field of Field & Sons Inc. in the U.S. See No. 7 for it. "
            + "“Why me?” she asked (she knew). “No.” “Then go.” J. R. Moss left at 5 p.m. with her.";

    assertThat(parts(DocumentText.of(text), 26))
        .containsExactly(
            "Dr. Moss met Mrs. Field of Field & Sons Inc. in the U.S. See No. 7 for it. ",
            "“Why me?” she asked (she knew). “No.” “Then go.” ",
            "J. R. Moss left at 5 p.m. with her.");
  }

  @Test
  void textsAreCutBetweenChineseSentencesAndAnOpeningQuoteBelongsToTheNext() {
    assertThat(parts(DocumentText.of("他说：“今天很好。”“我们走吧。”于是大家都走了。「真的吗？」她问。"), 14))
        .containsExactly("他说：“今天很好。”", "“我们走吧。”", "于是大家都走了。", "「真的吗？」她问。");
  }

  @Test
  void textsOfTwoLanguagesAreCutBetweenSentences() {
    assertThat(
            parts(
                DocumentText.of("合同于2024年生效。The fee is due in May. 费用为三百元。Please pay it soon."),
                15))
        .containsExactly("合同于2024年生效。", "The fee is due in May. ", "费用为三百元。Please pay it soon.");
  }

  @Test
  void longSentencesAreCutAtClausesThenWords() {
    assertThat(
            parts(
                DocumentText.of("When it rains, we stay at home, and we drink tea all day long"),
                9))
        .containsExactly("When it rains, we stay at home, ", "and we drink tea all day long");
    assertThat(parts(DocumentText.of("the (big) well-known shop is open every day of the year"), 6))
        .containsExactly("the (big) well-", "known shop is open every ", "day of the year");
  }

  @Test
  void wordsWithoutSpacesBetweenAreToldApart() {
    TokenCounter chars = String::length;
    Chunker chunker = new Chunker(new ChunkSettings(9, 0, false), chars);

    assertThat(texts(chunker, "สวัสดีครับผมชื่อสมชาย"))
        .containsExactly("สวัสดี", "ครับผม", "ชื่อสมชาย");
    assertThat(texts(chunker, "我们在北京大学学习计算机科学与技术专业"))
        .containsExactly("我们在北京大学学习", "计算机科学与", "技术专业");
    assertThat(texts(chunker, "東京都に住んでいるコンピュータ技術者")).containsExactly("東京都に住んでいる", "コンピュータ技術者");
  }

  @Test
  void linesThatGoOnAreNoPlaceForACut() {
    String text =
        """
        The house stood at the end of a long and quiet road
        near the sea. Nobody had lived in it since the year
        Emma was born. She liked it.""";

    assertThat(parts(DocumentText.of(text), 20))
        .containsExactly(
            "The house stood at the end of a long and quiet road\nnear the sea. ",
            "Nobody had lived in it since the year\nEmma was born. She liked it.");
  }

  @Test
  void linesOfAListAreCutApart() {
    String text = "Bring: a tent\n- a lamp and oil\n- a pot\n- two cups of tin";

    assertThat(parts(DocumentText.of(text), 10))
        .containsExactly("Bring: a tent\n- a lamp and oil\n", "- a pot\n- two cups of tin");
  }

  @Test
  void paragraphsAreBetterThanSentencesAndHeadingsBetterThanParagraphs() {
    String text =
        """
        One is here. Two is here. Three is here.

        Four is here. Five is here.

        # Next

        Six is here.

        Seven is here. Eight is here.""";

    assertThat(parts(markdown(text), 16))
        .containsExactly(
            "One is here. Two is here. Three is here.\n\n",
            "Four is here. Five is here.\n\n",
            "# Next\n\nSix is here.\n\nSeven is here. Eight is here.");
  }

  @Test
  void noChunkEndsWithAHeading() {
    String text =
        """
        We begin with a few words about all of it.

        # First

        ## Of the first

        It goes on with many words, and with some more words, until it ends.""";

    assertThat(parts(markdown(text), 24)).element(0).asString().doesNotContain("First");
  }

  @Test
  void aTableThatFitsStaysWhole() {
    DocumentText text =
        markdown("Our prices are low.\n\n" + TABLE + "\nThey may change at any time, of course.");

    assertThat(parts(text, 30))
        .containsExactly(
            "Our prices are low.\n\n", TABLE + "\n", "They may change at any time, of course.");
  }

  @Test
  void aTableThatDoesNotFitIsCutBetweenRows() {
    assertThat(parts(markdown(TABLE), 12))
        .containsExactly(
            "| item | price |\n",
            "| --- | --- |\n",
            "| tea | 3 |\n",
            "| milk | 2 |\n| bread | 4 |\n");
  }

  @Test
  void anOverlapIsMadeSmallerWhereATableWouldNotFitOtherwise() {
    DocumentText text = markdown("One two three. Four five. Six seven eight nine.\n\n" + TABLE);

    List<Chunk> chunks = chunks(text, 30, 0.4);

    assertThat(chunks)
        .last()
        .satisfies(
            chunk -> {
              assertThat(chunk.span().of(text.text())).isEqualTo(TABLE);
              assertThat(chunk.tokens()).isLessThanOrEqualTo(30);
            });
  }

  @Test
  void anOverlapBeginsWithASentence() {
    DocumentText text =
        DocumentText.of(
            "One two three. Four five six seven. Eight nine ten. And then more of it. The end.");

    List<Chunk> chunks = chunks(text, 14, 0.4);

    assertThat(chunks)
        .extracting(chunk -> chunk.span().of(text.text()))
        .containsExactly(
            "One two three. Four five six seven. Eight nine ten. ",
            "Eight nine ten. And then more of it. The end.");
  }

  @Test
  void anOverlapDoesNotReachBackOverAHeading() {
    DocumentText text =
        markdown(
            "# A\n\nOne two three four five six.\n\n# B\n\nSeven eight. Nine ten. Eleven twelve.");

    assertThat(chunks(text, 12, 0.5))
        .element(1)
        .satisfies(
            chunk -> {
              assertThat(chunk.overlap()).isZero();
              assertThat(chunk.headings()).containsExactly("B");
            });
  }

  @Test
  void whatIsLeftIsSharedBetweenTheLastTwo() {
    String text = "One two three. ".repeat(11);

    assertThat(chunks(DocumentText.of(text), 40, 0))
        .extracting(Chunk::tokens)
        .containsExactly(24, 20);
  }

  @Test
  void aChunkKnowsItsPagesAndItsHeadings() {
    String text =
        "Intro to all that is here.\n\n# Term\n\nOne two three four five.\n\n## Renewal\n\n"
            + "Six seven eight nine.\n\n# Price\n\nTen eleven twelve thirteen.";
    DocumentText plain = markdown(text);
    DocumentText document =
        new DocumentText(
            text,
            plain.headings(),
            List.of(0, text.indexOf("One"), text.indexOf("# Price")),
            List.of(),
            List.of());

    List<Chunk> chunks = chunks(document, 12, 0);

    assertThat(chunks)
        .extracting(Chunk::headings)
        .containsExactly(List.of(), List.of("Term"), List.of("Term", "Renewal"), List.of("Price"));
    assertThat(chunks).extracting(Chunk::firstPage).containsExactly(1, 1, 2, 3);
    assertThat(chunks).extracting(Chunk::lastPage).containsExactly(1, 2, 2, 3);
  }

  @Test
  void aLongHeadingIsCutInThePath() {
    DocumentText text = markdown("# " + "very ".repeat(100) + "\n\nIt ends.");

    assertThat(chunks(text, 500, 0).get(0).headings().get(0)).hasSize(201).endsWith("very …");
  }

  @Test
  void aGraphemeClusterThatFitsIsNeverCut() {
    Chunker chunker = new Chunker(new ChunkSettings(12, 0, false), String::length);
    String family = "👩‍👩‍👧‍👦";

    assertThat(texts(chunker, "a" + family + family)).containsExactly("a" + family, family);
  }

  @Test
  void aGraphemeClusterThatDoesNotFitIsCutBetweenCodePoints() {
    Chunker chunker = new Chunker(new ChunkSettings(8, 0, false), String::length);

    assertThat(texts(chunker, "e" + "\u0301".repeat(12) + "x"))
        .allSatisfy(text -> assertThat(text.length()).isLessThanOrEqualTo(8));
    assertThat(texts(new Chunker(new ChunkSettings(1, 0, false), String::length), "😀b"))
        .containsExactly("😀", "b");
  }

  @Test
  void roomIsLeftForThePathOfHeadings() {
    DocumentText text = markdown("# The price of tea\n\n" + "One two three four. ".repeat(20));
    Chunker chunker = new Chunker(new ChunkSettings(40, 0.2, true), DocumentsForTests::words);

    assertThat(chunker.chunks(text))
        .allSatisfy(
            chunk -> {
              String whole = EmbedText.of(chunk, chunk.span().of(text.text()));
              assertThat(whole).startsWith("The price of tea\n\n");
              assertThat(DocumentsForTests.words(whole)).isBetween(20, 40);
            });
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new ChunkSettings(0, 0, false))
        .hasMessage("Chunks of at most 0 tokens.");
    assertThatThrownBy(() -> new ChunkSettings(9, 0.6, false))
        .hasMessage("An overlap of 0.6 of a chunk.");
  }

  private static List<String> texts(Chunker chunker, String text) {
    return chunker.chunks(DocumentText.of(text)).stream()
        .map(chunk -> chunk.span().of(text))
        .toList();
  }
}
