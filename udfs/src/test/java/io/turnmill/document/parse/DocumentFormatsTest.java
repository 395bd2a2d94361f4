package io.turnmill.document.parse;

import static io.turnmill.document.parse.FilesForTests.utf8;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files of each kind that is read become documents with their structure. */
class DocumentFormatsTest {
  private static final List<List<String>> TABLE =
      List.of(List.of("Year", "Sum"), List.of("2024", "a|b"));

  private static final String TABLE_TEXT = "| Year | Sum |\n| --- | --- |\n| 2024 | a\\|b |";

  @Test
  void pdfHasPagesAndHeadingsWhereItsBookmarksLead() throws Exception {
    ParsedDocument document =
        SharedParser.document(
            "a.pdf",
            FilesForTests.pdf(
                List.of(
                    List.of("First heading", "A line.", "Another one."),
                    List.of("Second heading", "The end."))));
    DocumentText text = document.text();

    assertThat(text.text())
        .isEqualTo("First heading\nA line.\nAnother one.\n\nSecond heading\nThe end.");
    assertThat(text.pages()).containsExactly(0, text.text().indexOf("Second"));
    assertThat(headings(text)).containsExactly("1 First heading", "1 Second heading");
    assertThat(document.metadata().contentType()).isEqualTo("application/pdf");
    assertThat(document.metadata().title()).contains("A title");
    assertThat(document.metadata().author()).contains("An author");
  }

  @Test
  void docxHasHeadingsOfItsStylesAndTables() throws Exception {
    ParsedDocument document =
        SharedParser.document(
            "a.docx",
            FilesForTests.docx(List.of("#第一章 总则", "合同自签字之日起生效。", "##Term", "Two years."), TABLE));

    assertThat(document.text().text())
        .isEqualTo("第一章 总则\n\n合同自签字之日起生效。\n\nTerm\n\nTwo years.\n\n" + TABLE_TEXT);
    assertThat(headings(document.text())).containsExactly("1 第一章 总则", "2 Term");
    assertThat(tables(document.text())).containsExactly(TABLE_TEXT);
    assertThat(document.metadata().title()).contains("A title");
    assertThat(document.metadata().created()).isPresent();
  }

  @Test
  void slidesArePagesAndTheirTitlesHeadings() throws Exception {
    DocumentText text =
        SharedParser.document("a.pptx", FilesForTests.pptx(List.of("One", "Two"), "A line")).text();

    assertThat(text.pages()).containsExactly(0, text.text().indexOf("Two"));
    assertThat(headings(text)).containsExactly("1 One", "1 Two");
    assertThat(tables(text)).hasSize(2);
    assertThat(text.text()).startsWith("One\n\nA line\n\n| cell 0 | cell 1 |\n| --- | --- |");
  }

  @Test
  void sheetsArePagesWithATable() throws Exception {
    Map<String, List<List<String>>> sheets = new LinkedHashMap<>();
    sheets.put("Sums", TABLE);
    sheets.put("More", TABLE);
    DocumentText text = SharedParser.document("a.xlsx", FilesForTests.xlsx(sheets)).text();

    assertThat(text.text()).isEqualTo("Sums\n\n" + TABLE_TEXT + "\n\nMore\n\n" + TABLE_TEXT);
    assertThat(text.pages()).containsExactly(0, text.text().indexOf("More"));
    assertThat(headings(text)).containsExactly("1 Sums", "1 More");
    assertThat(tables(text)).containsExactly(TABLE_TEXT, TABLE_TEXT);
  }

  @Test
  void htmlIsTextAsItsReaderSeesIt() throws Exception {
    ParsedDocument document =
        SharedParser.document(
            "a.html",
            utf8(
                """
                <!doctype html><html lang="zh"><head><title>T</title><style>x{}</style></head>
                <body><h1>Big
                 one</h1><p>First   line<br>second line</p><script>alert(1)</script>
                <ul><li>a</li><li><p>b</p></li></ul><ol><li>c</li></ol>
                <table><tr><th>Year</th><th>Sum</th></tr><tr><td>2024</td><td>a|b</td></tr></table>
                <h2>Small</h2>&nbsp;<p>价格</p></body></html>
                """));

    assertThat(document.text().text())
        .isEqualTo(
            "Big one\n\nFirst line\nsecond line\n\n- a\n- b\n\n1. c\n\n"
                + TABLE_TEXT
                + "\n\nSmall\n\n价格");
    assertThat(headings(document.text())).containsExactly("1 Big one", "2 Small");
    assertThat(document.metadata().title()).contains("T");
    assertThat(document.metadata().language()).contains("zh");
  }

  @Test
  void htmlIsReadInTheCharacterSetThatItNames() throws Exception {
    byte[] bytes =
        "<html><head><meta charset=\"gb2312\"></head><body><p>甲方应当付款。</p></body></html>"
            .getBytes(Charset.forName("GB18030"));

    assertThat(SharedParser.document("a.html", bytes).text().text()).isEqualTo("甲方应当付款。");
  }

  @Test
  void rtfIsRead() throws Exception {
    byte[] rtf = utf8("{\\rtf1\\ansi First.\\par Second.\\par}");

    assertThat(SharedParser.document("a.rtf", rtf).text().text()).isEqualTo("First.\n\nSecond.");
  }

  @Test
  void openDocumentIsRead() throws Exception {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("mimetype", utf8("application/vnd.oasis.opendocument.text"));
    members.put(
        "content.xml",
        utf8(
            """
            <?xml version="1.0"?><office:document-content
             xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
             xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>
            <text:h text:outline-level="2">Head</text:h><text:p>Body.</text:p>
            </office:text></office:body></office:document-content>"""));
    DocumentText text = SharedParser.document("a.odt", FilesForTests.zip(members)).text();

    assertThat(text.text()).isEqualTo("Head\n\nBody.");
    assertThat(headings(text)).containsExactly("2 Head");
  }

  @Test
  void outlookMailIsRead() throws Exception {
    ParsedDocument document =
        SharedParser.document("a.msg", FilesForTests.msg("Offer", "Dear all,\r\n\r\nbuy."));

    assertThat(document.text().text())
        .isEqualTo("Subject: Offer\nTo: a@b.example\n\nDear all,\n\nbuy.");
    assertThat(document.metadata().title()).contains("Offer");
  }

  @Test
  void mailHasItsHeadFirstAndPlainTextBeforeHtml() throws Exception {
    ParsedDocument document =
        SharedParser.document(
            "a.eml",
            utf8(
                """
                From: =?UTF-8?B?546L5LiA?= <wang@a.example>
                To: b@b.example, C <c@c.example>
                Subject: The offer
                Date: Tue, 3 Mar 2026 10:00:00 +0100
                MIME-Version: 1.0
                Content-Type: multipart/alternative; boundary=x

                --x
                Content-Type: text/html

                <p>Rich</p>
                --x
                Content-Type: text/plain; charset=utf-8

                Plain 文字

                Regards
                --x--
                """));

    assertThat(document.text().text())
        .isEqualTo(
            """
            Subject: The offer
            From: 王一 <wang@a.example>
            To: b@b.example, C <c@c.example>
            Date: 2026-03-03T09:00:00Z

            Plain 文字

            Regards""");
    assertThat(document.metadata().title()).contains("The offer");
    assertThat(document.metadata().author()).contains("王一 <wang@a.example>");
    assertThat(document.metadata().recipients()).containsExactly("b@b.example", "C <c@c.example>");
    assertThat(document.metadata().created()).contains(Instant.parse("2026-03-03T09:00:00Z"));
  }

  @Test
  void mailOfHtmlKeepsItsHeadings() throws Exception {
    DocumentText text =
        SharedParser.document(
                "a.eml", utf8("Subject: S\nContent-Type: text/html\n\n<h1>Head</h1><p>Body</p>\n"))
            .text();

    assertThat(text.text()).isEqualTo("Subject: S\n\nHead\n\nBody");
    assertThat(headings(text)).containsExactly("1 Head");
  }

  @Test
  void attachmentsAreDocumentsOfTheirOwn() throws Exception {
    List<ParseResult> results =
        SharedParser.parse(
            "a.eml",
            utf8(
                """
                Subject: S
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=x

                --x

                See below.
                --x
                Content-Type: text/html
                Content-Disposition: attachment; filename="o.html"

                <p>Offer</p>
                --x
                Content-Type: text/plain
                Content-Disposition: attachment; filename="o.html"

                <p>Another</p>
                --x
                Content-Type: message/rfc822

                Subject: Inner

                Inner text.
                --x
                Content-Type: application/x-thing
                Content-Disposition: attachment; filename="thing.bin"
                Content-Transfer-Encoding: base64

                AAECAwQFBgcICQ==
                --x--
                """));

    assertThat(results)
        .extracting(ParseResult::id)
        .containsExactly(
            "a.eml", "a.eml#o.html", "a.eml#o (2).html", "a.eml#part-1.eml", "a.eml#thing.bin");
    assertThat(texts(results))
        .containsExactly(
            "Subject: S\n\nSee below.",
            "Offer",
            "Another",
            "Subject: Inner\n\nInner text.",
            "unsupported_type");
  }

  @Test
  void membersOfAZipAreDocumentsOfTheirOwn() throws Exception {
    Map<String, byte[]> inner = new LinkedHashMap<>();
    inner.put("c.md", utf8("# C\n"));
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("目录/a.txt", utf8("A"));
    members.put("../b.html", utf8("<p>B</p>"));
    members.put("__MACOSX/._a.txt", utf8("?"));
    members.put("inner.zip", FilesForTests.zip(inner));
    members.put("empty.txt", new byte[0]);
    List<ParseResult> results = SharedParser.parse("a.zip", FilesForTests.zip(members));

    assertThat(results)
        .extracting(ParseResult::id)
        .containsExactly(
            "a.zip!/目录/a.txt", "a.zip!/../b.html", "a.zip!/inner.zip!/c.md", "a.zip!/empty.txt");
    assertThat(results).extracting(ParseResult::name).startsWith("a.txt", "b.html", "c.md");
    assertThat(texts(results)).containsExactly("A", "B", "# C\n", "empty");
  }

  @Test
  void aTextFileIsExactlyItsContentButForTheMark() throws Exception {
    String text = " Ein\r\nText  \r\n\r\n\r\n\r\nmit é 中文 😀 \t\n";

    for (byte[] bytes :
        List.of(
            text.getBytes(UTF_8),
            ("\ufeff" + text).getBytes(UTF_8),
            ("\ufeff" + text).getBytes(UTF_16LE),
            ("\ufeff" + text).getBytes(UTF_16BE))) {
      assertThat(SharedParser.document("a.txt", bytes).text()).isEqualTo(DocumentText.of(text));
      assertThat(SharedParser.document("a", bytes).text()).isEqualTo(DocumentText.of(text));
    }
  }

  @Test
  void olderCharacterSetsAreFoundOut() throws Exception {
    String chinese = "甲方应当在本合同签订之日起十日内向乙方支付第一期款项，逾期每日按万分之五计收违约金。\n".repeat(3);
    String french =
        "Le présent contrat a été signé à Genève, où les deux parties résident.\n".repeat(3);

    assertThat(
            SharedParser.document("a.txt", chinese.getBytes(Charset.forName("GB18030")))
                .text()
                .text())
        .isEqualTo(chinese);
    assertThat(
            SharedParser.document("a.txt", french.getBytes(Charset.forName("windows-1252")))
                .text()
                .text())
        .isEqualTo(french);
  }

  @Test
  void contentCountsAndNotTheSuffix() throws Exception {
    byte[] pdf = FilesForTests.pdf(List.of(List.of("Text of a PDF")));

    assertThat(SharedParser.document("a.txt", pdf).metadata().contentType())
        .isEqualTo("application/pdf");
    assertThat(SharedParser.document("a.docx", pdf).text().text()).isEqualTo("Text of a PDF");
    assertThat(SharedParser.document("a.pdf", utf8("Just text.")).metadata().contentType())
        .isEqualTo("text/plain");
    assertThat(
            SharedParser.document("a.txt", utf8("<!DOCTYPE html><html><p>Page</p></html>"))
                .text()
                .text())
        .isEqualTo("Page");
  }

  @Test
  void whatCannotBeReadFromItsStoreIsRefused() throws Exception {
    try (DocumentParser parser = DocumentParser.start(ParseLimits.DEFAULT)) {
      List<ParseResult> results =
          parser.parse(
              "a",
              "a",
              () -> {
                throw new IOException("text of somebody");
              });

      assertThat(results)
          .containsExactly(
              new RefusedDocument(
                  "a", "a", ParseRefusal.UNREADABLE_FILE, "It could not be read: IOException."));
    }
  }

  static List<String> headings(DocumentText text) {
    return text.headings().stream()
        .map((Heading heading) -> heading.level() + " " + heading.span().of(text.text()))
        .toList();
  }

  private static List<String> tables(DocumentText text) {
    return text.tables().stream().map(span -> span.of(text.text())).toList();
  }

  private static List<String> texts(List<ParseResult> results) {
    return results.stream()
        .map(
            result ->
                result instanceof ParsedDocument document
                    ? document.text().text()
                    : ((RefusedDocument) result).code().wireName())
        .toList();
  }
}
