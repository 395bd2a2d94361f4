package io.turnmill.document.parse.tika;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.tika.exception.TikaException;
import org.apache.tika.parser.pdf.PDFParser;
import org.xml.sax.SAXException;

/** PDF: its pages, and its bookmarks as headings where their words stand on their page. */
final class PdfDocument {
  private static final int MAX_BOOKMARKS = 5000;
  private static final int MAX_LEVEL = 10;
  private static final int END_BYTES = 1 << 16;
  private static final Pattern LINEARIZED =
      Pattern.compile("/Linearized.*?/L\\s+(\\d{1,18})", Pattern.DOTALL);

  private PdfDocument() {}

  static ParseReply parse(ParseRequest request)
      throws IOException, TikaException, SAXException, RefusedException {
    TikaParsing parsed = TikaParsing.of(new PDFParser(), request.file(), request.maxTextChars());
    refuseIfCut(request.file());
    if (parsed.text().text().chars().noneMatch(Character::isLetterOrDigit)) {
      throw new RefusedException(
          ParseRefusal.NO_TEXT,
          "It has " + parsed.pages() + " pages and no text layer. It wants OCR first.");
    }
    return ParseReply.of(
        ListedHeading.place(parsed.text(), bookmarks(request.file())),
        parsed.said("application/pdf"));
  }

  /**
   * A PDF ends with a mark, and one made for the web says how long it is. What has been cut off a
   * file must not be missed without a word, though the parser makes do with what is left.
   */
  private static void refuseIfCut(Path path) throws IOException, RefusedException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      String start = read(file, 0, Math.min(2048, file.length()));
      Matcher linearized = LINEARIZED.matcher(start);
      long from = Math.max(0, file.length() - END_BYTES);
      boolean cut = linearized.find() && Long.parseLong(linearized.group(1)) > file.length();
      if (cut || !read(file, from, file.length() - from).contains("%%EOF")) {
        throw new RefusedException(ParseRefusal.BROKEN_FILE, "The end of the file is missing.");
      }
    }
  }

  private static String read(RandomAccessFile file, long from, long length) throws IOException {
    byte[] bytes = new byte[(int) length];
    file.seek(from);
    file.readFully(bytes);
    return new String(bytes, ISO_8859_1);
  }

  private static List<ListedHeading> bookmarks(Path file) throws IOException {
    List<ListedHeading> bookmarks = new ArrayList<>();
    try (PDDocument document = Loader.loadPDF(file.toFile())) {
      PDDocumentOutline outline = document.getDocumentCatalog().getDocumentOutline();
      if (outline != null) {
        collect(document, outline.getFirstChild(), 1, bookmarks);
      }
    } catch (RuntimeException e) {
      // Bookmarks that lead nowhere cost the headings, not the text.
      return List.of();
    }
    return List.copyOf(bookmarks);
  }

  private static void collect(
      PDDocument document, PDOutlineItem first, int level, List<ListedHeading> bookmarks)
      throws IOException {
    for (PDOutlineItem item = first;
        item != null && bookmarks.size() < MAX_BOOKMARKS;
        item = item.getNextSibling()) {
      PDPage page = item.findDestinationPage(document);
      String title = item.getTitle();
      int index = page == null || title == null ? -1 : document.getPages().indexOf(page);
      if (index >= 0) {
        bookmarks.add(new ListedHeading(title, index, level));
      }
      if (level < MAX_LEVEL) {
        collect(document, item.getFirstChild(), level + 1, bookmarks);
      }
    }
  }
}
