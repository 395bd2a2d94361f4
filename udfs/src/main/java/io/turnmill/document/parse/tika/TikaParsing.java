package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.parse.DocumentMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.PagedText;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** What one of Tika's parsers makes of a file. Pictures and embedded objects are left out. */
record TikaParsing(DocumentText text, Metadata metadata) {
  private static final int MAX_METADATA_CHARS = 1000;

  static TikaParsing of(Parser parser, Path file, int maxChars)
      throws IOException, TikaException, SAXException {
    Metadata metadata = new Metadata();
    try (TikaInputStream in = TikaInputStream.get(file, metadata)) {
      return of(parser, in, metadata, maxChars);
    }
  }

  static TikaParsing of(Parser parser, TikaInputStream in, Metadata metadata, int maxChars)
      throws IOException, TikaException, SAXException {
    StructureWriter writer = new StructureWriter(maxChars, false);
    try {
      parser.parse(in, new XhtmlHandler(writer), metadata, context());
    } catch (TikaException | SAXException | RuntimeException e) {
      if (!writer.isTooLong()) {
        throw e;
      }
    }
    if (writer.isTooLong()) {
      throw new TextTooLongException(maxChars);
    }
    return new TikaParsing(writer.document(), metadata);
  }

  int pages() {
    Integer pages = metadata.getInt(PagedText.N_PAGES);
    return pages == null ? 0 : pages;
  }

  DocumentMetadata said(String contentType) {
    return new DocumentMetadata(
        contentType,
        value(TikaCoreProperties.TITLE),
        value(TikaCoreProperties.CREATOR),
        List.of(),
        Optional.ofNullable(metadata.getDate(TikaCoreProperties.CREATED)).map(Date::toInstant),
        Optional.ofNullable(metadata.getDate(TikaCoreProperties.MODIFIED)).map(Date::toInstant),
        value(TikaCoreProperties.LANGUAGE));
  }

  private Optional<String> value(Property property) {
    return shortened(Arrays.stream(metadata.getValues(property)).collect(Collectors.joining(", ")));
  }

  /** A value of a size that fits a column of a table; none if it is blank. */
  static Optional<String> shortened(String value) {
    String stripped = value.strip();
    return stripped.isEmpty()
        ? Optional.empty()
        : Optional.of(stripped.substring(0, Math.min(MAX_METADATA_CHARS, stripped.length())));
  }

  private static ParseContext context() {
    OfficeParserConfig office = new OfficeParserConfig();
    office.setIncludeSlideMasterContent(false);
    office.setIncludeMissingRows(false);
    PDFParserConfig pdf = new PDFParserConfig();
    pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    pdf.setExtractInlineImages(false);
    pdf.setExtractBookmarksText(false);
    pdf.setExtractAnnotationText(false);
    pdf.setExtractFontNames(false);
    pdf.setCatchIntermediateIOExceptions(false);
    pdf.setParseIncrementalUpdates(false);
    ParseContext context = new ParseContext();
    context.set(OfficeParserConfig.class, office);
    context.set(PDFParserConfig.class, pdf);
    context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded());
    return context;
  }

  /** Embedded files are not looked at. */
  private static final class NothingEmbedded implements EmbeddedDocumentExtractor {
    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
      return false;
    }

    @Override
    public void parseEmbedded(
        InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml) {}
  }
}
