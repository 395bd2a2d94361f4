package io.turnmill.document.parse;

import static io.turnmill.document.parse.FilesForTests.utf8;
import static io.turnmill.document.parse.SharedParser.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that mean harm, or are broken. Each is refused with its code, or loses what is not its own,
 * and the next file is read as ever.
 */
class HostileFilesTest {
  private static final String MARKER = "MARKER-OF-ANOTHER-FILE";

  @TempDir Path folder;

  @Test
  void zipBombIsRefused() throws Exception {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      members.put("a" + i, new byte[15 << 20]);
    }
    byte[] bomb = FilesForTests.zip(members);

    assertThat(bomb.length).isLessThan(1 << 20);
    assertThat(refused("a.zip", bomb).code()).isEqualTo(ParseRefusal.ARCHIVE_BOMB);
  }

  @Test
  void aMemberThatIsTooLargeIsRefusedAlone() throws Exception {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("large.bin", new byte[21 << 20]);
    members.put("a.txt", utf8("A"));

    assertThat(codes(SharedParser.parse("a.zip", FilesForTests.zip(members))))
        .containsExactly("file_too_large", "document");
  }

  @Test
  void tooManyMembersAreRefused() throws Exception {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int i = 0; i <= SharedParser.LIMITS.maxParts(); i++) {
      members.put("a" + i + ".txt", utf8("A"));
    }

    assertThat(refused("a.zip", FilesForTests.zip(members)))
        .extracting(RefusedDocument::code, RefusedDocument::detail)
        .containsExactly(ParseRefusal.ARCHIVE_BOMB, "It holds more than 50 files.");
  }

  @Test
  void zipsInZipsEndAtTheirLimit() throws Exception {
    byte[] zip = utf8("<p>A</p>");
    String name = "a.html";
    for (int i = 0; i < 3; i++) {
      zip = FilesForTests.zip(Map.of(name, zip));
      name = "a.zip";
    }

    assertThat(SharedParser.document("a.zip", zip).id()).isEqualTo("a.zip!/a.zip!/a.zip!/a.html");
    assertThat(refused("a.zip", FilesForTests.zip(Map.of("a.zip", zip))).code())
        .isEqualTo(ParseRefusal.NESTED_TOO_DEEP);
  }

  @Test
  void manyBytesInSmallSteps() throws Exception {
    byte[] block = FilesForTests.zeros("zeros.bin", 12L << 20);
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      members.put("a" + i + ".zip", block);
    }
    List<String> codes = codes(SharedParser.parse("a.zip", FilesForTests.zip(members)));

    assertThat(codes).hasSize(10).startsWith("unsupported_type").endsWith("archive_bomb");
  }

  @Test
  void officeFileThatIsABombIsRefused() throws Exception {
    byte[] docx = FilesForTests.docx(List.of("A"), List.of());
    Map<String, byte[]> members = FilesForTests.unzip(docx);
    members.put("word/media/zeros.bin", new byte[60 << 20]);

    assertThat(refused("a.docx", FilesForTests.zip(members)).code())
        .isEqualTo(ParseRefusal.ARCHIVE_BOMB);
  }

  @Test
  void smallPdfWithMuchTextIsRefused() throws Exception {
    byte[] pdf = manyTimesOnePage(40_000, 1000);

    assertThat(pdf.length).isLessThan(1 << 20);
    assertThat(refused("a.pdf", pdf).code()).isEqualTo(ParseRefusal.TEXT_TOO_LONG);
  }

  @Test
  void longTextIsRefused() throws Exception {
    byte[] text = utf8("a ".repeat(SharedParser.LIMITS.maxTextChars() / 2 + 1));

    assertThat(refused("a.txt", text).code()).isEqualTo(ParseRefusal.TEXT_TOO_LONG);
    assertThat(refused("a.html", text).code()).isEqualTo(ParseRefusal.TEXT_TOO_LONG);
  }

  @Test
  void aFileWithTooManyBytesIsRefused() throws Exception {
    byte[] bytes = new byte[21 << 20];

    assertThat(refused("a.bin", bytes))
        .extracting(RefusedDocument::code, RefusedDocument::detail)
        .containsExactly(ParseRefusal.FILE_TOO_LARGE, "It has more than 20971520 bytes.");
  }

  @Test
  void externalEntitiesOfOfficeFilesAreNotRead() throws Exception {
    String document =
        entity(
                "w:document",
                "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"")
            + "<w:body><w:p><w:r><w:t>a&x;b</w:t></w:r></w:p></w:body></w:document>";
    byte[] docx =
        FilesForTests.with(
            FilesForTests.docx(List.of("A"), List.of()), "word/document.xml", utf8(document));
    String strings =
        entity("sst", "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"")
            + "<si><t>a&x;b</t></si></sst>";
    byte[] xlsx =
        FilesForTests.with(
            FilesForTests.xlsx(Map.of("A", List.of(List.of("cell")))),
            "xl/sharedStrings.xml",
            utf8(strings));

    assertNoMarker("a.docx", docx);
    assertNoMarker("a.xlsx", xlsx);
  }

  @Test
  void externalEntitiesOfHtmlAndOpenDocumentsAreNotRead() throws Exception {
    Map<String, byte[]> openDocument = new LinkedHashMap<>();
    openDocument.put("mimetype", utf8("application/vnd.oasis.opendocument.text"));
    openDocument.put(
        "content.xml",
        utf8(
            entity(
                    "o:document-content",
                    "xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
                        + " xmlns:t=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"")
                + "<o:body><o:text><t:p>a&x;b</t:p></o:text></o:body></o:document-content>"));

    assertNoMarker("a.odt", FilesForTests.zip(openDocument));
    assertNoMarker(
        "a.xhtml",
        utf8(
            entity("html", "xmlns=\"http://www.w3.org/1999/xhtml\"")
                + "<body><p>a&x;b</p></body></html>"));
  }

  @Test
  void entitiesThatGrowAndGrowAreRefusedOrLeftOut() throws Exception {
    StringBuilder lol = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE w:document [");
    lol.append("<!ENTITY l0 \"lol\">");
    for (int i = 1; i < 12; i++) {
      lol.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10));
      lol.append("\">");
    }
    lol.append(
            "]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">")
        .append("<w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body></w:document>");
    byte[] docx =
        FilesForTests.with(
            FilesForTests.docx(List.of("A"), List.of()), "word/document.xml", utf8(lol.toString()));

    assertThat(refused("a.docx", docx).code())
        .isIn(ParseRefusal.BROKEN_FILE, ParseRefusal.EMPTY, ParseRefusal.PARSER_DIED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"div", "table><tr><td", "ul><li", "b", "blockquote"})
  void htmlThatIsNestedDeepIsRead(String element) throws Exception {
    byte[] html = utf8("<html><body>" + ("<" + element + ">").repeat(10_000) + "text");

    assertThat(SharedParser.parse("a.html", html))
        .singleElement()
        .satisfies(
            result -> {
              if (result instanceof ParsedDocument document) {
                assertThat(document.text().text()).contains("text");
              }
            });
  }

  @Test
  void rtfThatIsNestedDeepDoesNoHarm() throws Exception {
    byte[] rtf = utf8("{\\rtf1 " + "{\\b ".repeat(300_000) + "text");

    assertThat(codes(SharedParser.parse("a.rtf", rtf))).hasSize(1);
    assertThat(SharedParser.document("next.rtf", utf8("{\\rtf1\\ansi Good.\\par}")).text().text())
        .isEqualTo("Good.");
  }

  @Test
  void mailThatIsNestedDeepIsRefused() throws Exception {
    StringBuilder mail = new StringBuilder("Subject: S\n");
    for (int i = 0; i < 200; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=x").append(i);
      mail.append("\n\n--x").append(i).append('\n');
    }

    assertThat(refused("a.eml", utf8(mail.toString())).code())
        .isEqualTo(ParseRefusal.NESTED_TOO_DEEP);
  }

  @Test
  void truncatedFilesAreRefused() throws Exception {
    byte[] pdf = FilesForTests.pdf(List.of(List.of("One"), List.of("Two")));
    byte[] docx = FilesForTests.docx(List.of("A"), List.of());

    for (int percent : List.of(10, 50, 95)) {
      assertThat(refused("a.pdf", cut(pdf, percent)).code())
          .isIn(ParseRefusal.BROKEN_FILE, ParseRefusal.NO_TEXT);
      assertThat(refused("a.docx", cut(docx, percent)).code()).isEqualTo(ParseRefusal.BROKEN_FILE);
    }
  }

  @Test
  void filesWithAPasswordAreRefused() throws Exception {
    byte[] docx = FilesForTests.docx(List.of("Hidden"), List.of());
    byte[] xlsx = FilesForTests.xlsx(Map.of("A", List.of(List.of("Hidden"))));

    assertThat(refused("a.pdf", FilesForTests.encryptedPdf()).code())
        .isEqualTo(ParseRefusal.ENCRYPTED);
    assertThat(refused("a.docx", FilesForTests.encrypted(docx)).code())
        .isEqualTo(ParseRefusal.ENCRYPTED);
    assertThat(refused("a.xlsx", FilesForTests.encrypted(xlsx)).code())
        .isEqualTo(ParseRefusal.ENCRYPTED);
  }

  @Test
  void pdfWithoutTextSaysThatItWantsOcr() throws Exception {
    assertThat(refused("scan.pdf", FilesForTests.scannedPdf()))
        .extracting(RefusedDocument::code, RefusedDocument::detail)
        .containsExactly(
            ParseRefusal.NO_TEXT, "It has 1 pages and no text layer. It wants OCR first.");
  }

  @Test
  void garbageIsRefused() throws Exception {
    Random random = new Random(7);
    for (String start : List.of("", "%PDF-1.7\n", "PK\u0003\u0004", "{\\rtf1 ", "\u0000\u0001")) {
      byte[] bytes = new byte[50_000];
      random.nextBytes(bytes);
      byte[] head = start.getBytes(UTF_8);
      System.arraycopy(head, 0, bytes, 0, head.length);

      assertThat(SharedParser.parse("a.bin", bytes)).hasSize(1);
    }
    assertThat(refused("a.bin", new byte[] {0, 1, 2, 3, 0, 0, 9}).code())
        .isEqualTo(ParseRefusal.UNSUPPORTED_TYPE);
  }

  @Test
  void blankFilesAreEmpty() throws Exception {
    assertThat(refused("a.txt", new byte[0]).code()).isEqualTo(ParseRefusal.EMPTY);
    assertThat(refused("a.md", utf8(" \n\t\n")).code()).isEqualTo(ParseRefusal.EMPTY);
    assertThat(refused("a.html", utf8("<html><p> </p></html>")).code())
        .isEqualTo(ParseRefusal.EMPTY);
    assertThat(refused("a.docx", FilesForTests.docx(List.of(" "), List.of())).code())
        .isEqualTo(ParseRefusal.EMPTY);
    assertThat(refused("a.zip", FilesForTests.zip(Map.of("d/", new byte[0]))).code())
        .isEqualTo(ParseRefusal.EMPTY);
  }

  private void assertNoMarker(String name, byte[] bytes) throws Exception {
    assertThat(SharedParser.parse(name, bytes))
        .singleElement()
        .satisfies(
            result -> {
              if (result instanceof ParsedDocument document) {
                assertThat(document.text().text()).doesNotContain(MARKER);
              } else {
                assertThat(((RefusedDocument) result).code())
                    .isIn(ParseRefusal.BROKEN_FILE, ParseRefusal.EMPTY);
              }
            });
  }

  /** The beginning of XML whose entity {@code x} is another file. */
  private String entity(String root, String namespaces) throws IOException {
    Path marker = Files.writeString(folder.resolve("marker.txt"), MARKER);
    return "<?xml version=\"1.0\"?><!DOCTYPE "
        + root
        + " [<!ENTITY x SYSTEM \""
        + marker.toUri()
        + "\">]><"
        + root
        + " "
        + namespaces
        + ">";
  }

  /** A PDF of which all pages are one: its text is many times as large as the file. */
  private static byte[] manyTimesOnePage(int pages, int lines) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(
          utf8("BT /F1 10 Tf 10 700 Td\n" + "(some words) Tj 0 -1 Td\n".repeat(lines) + "ET"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        utf8(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                + "2 0 obj<</Type/Pages/Kids["
                + "3 0 R ".repeat(pages)
                + "]/Count "
                + pages
                + ">>endobj\n"
                + "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
                + "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
                + "endobj\n4 0 obj<</Filter/FlateDecode/Length "
                + packed.size()
                + ">>stream\n"));
    packed.writeTo(out);
    out.write(utf8("\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF\n"));
    return out.toByteArray();
  }

  private static byte[] cut(byte[] bytes, int percent) {
    return Arrays.copyOf(bytes, bytes.length * percent / 100);
  }

  private static List<String> codes(List<ParseResult> results) {
    return results.stream()
        .map(
            result ->
                result instanceof RefusedDocument refused ? refused.code().wireName() : "document")
        .toList();
  }
}
