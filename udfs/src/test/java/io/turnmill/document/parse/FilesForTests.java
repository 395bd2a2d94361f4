package io.turnmill.document.parse;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.destination.PDPageFitDestination;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.xslf.usermodel.SlideLayout;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFStyle;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle;

/** Makes files of all kinds. */
final class FilesForTests {
  static final String PASSWORD = "secret";

  private FilesForTests() {}

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** Pages of lines; the first line of each has a bookmark. */
  static byte[] pdf(List<List<String>> pages) throws IOException {
    try (PDDocument document = new PDDocument()) {
      write(document, pages);
      return saved(document);
    }
  }

  static byte[] encryptedPdf() throws IOException {
    try (PDDocument document = new PDDocument()) {
      write(document, List.of(List.of("Hidden")));
      document.protect(new StandardProtectionPolicy(PASSWORD, PASSWORD, new AccessPermission()));
      return saved(document);
    }
  }

  /** A page with a drawing and no text, as a scanner makes it. */
  static byte[] scannedPdf() throws IOException {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage();
      document.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.addRect(100, 100, 200, 200);
        content.fill();
      }
      return saved(document);
    }
  }

  private static byte[] saved(PDDocument document) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }

  private static void write(PDDocument document, List<List<String>> pages) throws IOException {
    PDDocumentOutline outline = new PDDocumentOutline();
    document.getDocumentCatalog().setDocumentOutline(outline);
    document.getDocumentInformation().setTitle("A title");
    document.getDocumentInformation().setAuthor("An author");
    for (List<String> lines : pages) {
      PDPage page = new PDPage();
      document.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
        content.setLeading(16);
        content.newLineAtOffset(72, 700);
        for (String line : lines) {
          content.showText(line);
          content.newLine();
        }
        content.endText();
      }
      PDPageFitDestination destination = new PDPageFitDestination();
      destination.setPage(page);
      PDOutlineItem item = new PDOutlineItem();
      item.setTitle(lines.get(0));
      item.setDestination(destination);
      outline.addLast(item);
    }
  }

  /** Paragraphs, of which those that begin with {@code #} are headings; then a table. */
  static byte[] docx(List<String> paragraphs, List<List<String>> table) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XWPFDocument document = new XWPFDocument()) {
      document.getProperties().getCoreProperties().setTitle("A title");
      for (int level = 1; level <= 3; level++) {
        CTStyle style = CTStyle.Factory.newInstance();
        style.setStyleId("Heading" + level);
        style.addNewName().setVal("heading " + level);
        document.createStyles().addStyle(new XWPFStyle(style));
      }
      for (String text : paragraphs) {
        XWPFParagraph paragraph = document.createParagraph();
        int level = text.lastIndexOf('#') + 1;
        if (level > 0) {
          paragraph.setStyle("Heading" + level);
        }
        paragraph.createRun().setText(text.substring(level));
      }
      if (!table.isEmpty()) {
        XWPFTable rows = document.createTable(table.size(), table.get(0).size());
        for (int row = 0; row < table.size(); row++) {
          for (int cell = 0; cell < table.get(row).size(); cell++) {
            rows.getRow(row).getCell(cell).setText(table.get(row).get(cell));
          }
        }
      }
      document.write(out);
    }
    return out.toByteArray();
  }

  /** A slide for each title, with a line below it and a table. */
  static byte[] pptx(List<String> titles, String line) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XMLSlideShow show = new XMLSlideShow()) {
      for (String title : titles) {
        XSLFSlide slide =
            show.createSlide(
                show.getSlideMasters().get(0).getLayout(SlideLayout.TITLE_AND_CONTENT));
        slide.getPlaceholder(0).setText(title);
        slide.getPlaceholder(1).setText(line);
        XSLFTable table = slide.createTable(2, 2);
        table.setAnchor(new java.awt.Rectangle(50, 50, 300, 200));
        for (int i = 0; i < 4; i++) {
          table.getCell(i / 2, i % 2).setText("cell " + i);
        }
      }
      show.write(out);
    }
    return out.toByteArray();
  }

  static byte[] xlsx(Map<String, List<List<String>>> sheets) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XSSFWorkbook book = new XSSFWorkbook()) {
      for (Map.Entry<String, List<List<String>>> entry : sheets.entrySet()) {
        XSSFSheet sheet = book.createSheet(entry.getKey());
        for (List<String> cells : entry.getValue()) {
          XSSFRow row = sheet.createRow(sheet.getPhysicalNumberOfRows());
          for (String cell : cells) {
            row.createCell(Math.max(0, row.getLastCellNum())).setCellValue(cell);
          }
        }
      }
      book.write(out);
    }
    return out.toByteArray();
  }

  /** An office file with a password. */
  static byte[] encrypted(byte[] office) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (POIFSFileSystem files = new POIFSFileSystem()) {
      Encryptor encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword(PASSWORD);
      try (OutputStream to = encryptor.getDataStream(files)) {
        to.write(office);
      }
      files.writeFilesystem(out);
    }
    return out.toByteArray();
  }

  /** A mail as Outlook keeps it: streams whose names are property and type. */
  static byte[] msg(String subject, String body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (POIFSFileSystem files = new POIFSFileSystem()) {
      Map<String, String> values =
          Map.of("001A", "IPM.Note", "0037", subject, "1000", body, "0E04", "a@b.example");
      for (Map.Entry<String, String> value : values.entrySet()) {
        files.createDocument(
            new ByteArrayInputStream(value.getValue().getBytes(UTF_16LE)),
            "__substg1.0_" + value.getKey() + "001F");
      }
      files.createDocument(new ByteArrayInputStream(new byte[32]), "__properties_version1.0");
      files.getRoot().createDirectory("__nameid_version1.0");
      files.writeFilesystem(out);
    }
    return out.toByteArray();
  }

  static byte[] zip(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, UTF_8)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  /** A zip with one member of this many zeros. */
  static byte[] zeros(String name, long bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, UTF_8)) {
      zip.putNextEntry(new ZipEntry(name));
      byte[] block = new byte[1 << 20];
      for (long left = bytes; left > 0; left -= block.length) {
        zip.write(block, 0, (int) Math.min(left, block.length));
      }
      zip.closeEntry();
    }
    return out.toByteArray();
  }

  static Map<String, byte[]> unzip(byte[] bytes) throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes), UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        members.put(entry.getName(), zip.readAllBytes());
      }
    }
    return members;
  }

  /** An office file, of which one member is another one. */
  static byte[] with(byte[] office, String name, byte[] member) throws IOException {
    Map<String, byte[]> members = unzip(office);
    members.put(name, member);
    return zip(members);
  }
}
