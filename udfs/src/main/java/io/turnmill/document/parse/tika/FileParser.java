package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import io.turnmill.document.parse.PlainText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.poi.openxml4j.util.ZipSecureFile;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.UnsupportedFormatException;
import org.apache.tika.exception.ZeroByteFileException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.xml.sax.SAXException;

/** Finds out what a file is, by its content, and has it parsed. */
final class FileParser {
  private static final Set<String> MAILS = Set.of("message/rfc822", "multipart/related");
  private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");
  private static final MediaTypeRegistry TYPES = MediaTypeRegistry.getDefaultRegistry();
  private static final ParseContext NOTHING = new ParseContext();

  private final Detector detector = new DefaultDetector();
  private final OOXMLParser ooxml = new OOXMLParser();
  private final OfficeParser office = new OfficeParser();
  private final OpenDocumentParser openDocument = new OpenDocumentParser();
  private final EpubParser epub = new EpubParser();

  FileParser() {
    ZipSecureFile.setMaxFileCount(20_000);
  }

  /** What one file became. Nothing is thrown but errors of the JVM. */
  ParseReply parse(ParseRequest request) {
    String type = "an unknown type";
    try {
      if (Files.size(request.file()) == 0) {
        return ParseReply.refused(ParseRefusal.EMPTY, "The file has 0 bytes.");
      }
      MediaType found = detect(request);
      type = found.toString();
      return notBlank(parse(request, found));
    } catch (RefusedException e) {
      return ParseReply.refused(e.code(), e.getMessage());
    } catch (TextTooLongException e) {
      return PlainText.tooLong(request.maxTextChars());
    } catch (StackOverflowError e) {
      return ParseReply.refused(
          ParseRefusal.BROKEN_FILE, "What is in it, of " + type + ", is nested too deep.");
    } catch (IOException
        | TikaException
        | SAXException
        | RuntimeException
        | LinkageError
        | AssertionError e) {
      return ParseReply.refused(code(e), "It was read as " + type + ": " + names(e) + ".");
    }
  }

  private MediaType detect(ParseRequest request) throws IOException {
    Metadata metadata = new Metadata();
    MediaType type;
    try (TikaInputStream in = TikaInputStream.get(request.file(), metadata)) {
      type = detector.detect(in, metadata).getBaseType();
    }
    if (type.equals(MediaType.OCTET_STREAM) && CharsetGuess.mayBeText(request.file())) {
      type = MediaType.TEXT_PLAIN;
    }
    if (!type.equals(MediaType.TEXT_PLAIN)) {
      return type;
    }
    return switch (PlainText.suffix(request.name())) {
      case "eml" -> MediaType.parse("message/rfc822");
      case "htm", "html", "xhtml" -> MediaType.TEXT_HTML;
      default -> type;
    };
  }

  private ParseReply parse(ParseRequest request, MediaType type)
      throws IOException, TikaException, SAXException, RefusedException {
    String name = type.toString();
    if (name.equals("application/pdf")) {
      return PdfDocument.parse(request);
    }
    if (name.equals("application/vnd.ms-outlook")) {
      return OutlookMail.parse(request);
    }
    if (MAILS.contains(name)) {
      return Mail.parse(request);
    }
    if (PAGES.contains(name)) {
      return page(request, name);
    }
    if (name.equals("application/zip")) {
      return ZipMembers.unpack(request);
    }
    if (name.equals("application/x-tika-ooxml")) {
      ZipMembers.check(request);
      throw new RefusedException(
          ParseRefusal.BROKEN_FILE,
          "It is an office file, and what it says of its parts is wrong.");
    }
    Optional<Parser> parser = parser(type);
    if (parser.isPresent()) {
      return document(request, parser.get(), name);
    }
    if (TYPES.isInstanceOf(type, MediaType.TEXT_PLAIN)) {
      return text(request);
    }
    throw new RefusedException(ParseRefusal.UNSUPPORTED_TYPE, "It is of the type " + name + ".");
  }

  private Optional<Parser> parser(MediaType type) {
    if (ooxml.getSupportedTypes(NOTHING).contains(type)) {
      return Optional.of(ooxml);
    }
    if (office.getSupportedTypes(NOTHING).contains(type)) {
      return Optional.of(office);
    }
    if (openDocument.getSupportedTypes(NOTHING).contains(type)) {
      return Optional.of(openDocument);
    }
    if (epub.getSupportedTypes(NOTHING).contains(type)) {
      return Optional.of(epub);
    }
    return type.toString().equals("application/rtf")
        ? Optional.of(new RTFParser())
        : Optional.empty();
  }

  private ParseReply document(ParseRequest request, Parser parser, String type)
      throws IOException, TikaException, SAXException, RefusedException {
    if (parser == ooxml || parser == openDocument || parser == epub) {
      ZipMembers.check(request);
    }
    TikaParsing parsed = TikaParsing.of(parser, request.file(), request.maxTextChars());
    DocumentText text =
        type.contains("presentationml")
            ? ListedHeading.place(parsed.text(), SlideTitles.of(request.file()))
            : parsed.text();
    return ParseReply.of(text, parsed.said(type));
  }

  private static ParseReply page(ParseRequest request, String type) throws IOException {
    HtmlDocument page = HtmlDocument.of(CharsetGuess.html(Files.readAllBytes(request.file())));
    DocumentMetadata metadata =
        new DocumentMetadata(
            type,
            page.title().flatMap(TikaParsing::shortened),
            page.author().flatMap(TikaParsing::shortened),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            page.language().flatMap(TikaParsing::shortened));
    return ParseReply.of(page.text(request.maxTextChars()), metadata);
  }

  /** No character set has more than four bytes a character. */
  private static ParseReply text(ParseRequest request) throws IOException {
    if (Files.size(request.file()) > 4L * request.maxTextChars() + 4) {
      return PlainText.tooLong(request.maxTextChars());
    }
    String text = CharsetGuess.text(Files.readAllBytes(request.file()));
    return PlainText.document(text, request.name(), request.maxTextChars());
  }

  private static ParseReply notBlank(ParseReply reply) {
    boolean blank =
        reply.content().isPresent()
            && reply.content().get() instanceof ParseReply.DocumentReply document
            && document.text().text().isBlank();
    return blank
        ? new ParseReply(
            ParseReply.refused(ParseRefusal.EMPTY, "It has no text.").content(), reply.parts())
        : reply;
  }

  private static ParseRefusal code(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EncryptedDocumentException
          || cause instanceof org.apache.poi.EncryptedDocumentException
          || cause instanceof org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException) {
        return ParseRefusal.ENCRYPTED;
      }
      if (cause instanceof ZeroByteFileException) {
        return ParseRefusal.EMPTY;
      }
      if (cause instanceof UnsupportedFormatException) {
        return ParseRefusal.UNSUPPORTED_TYPE;
      }
      if (cause.getCause() == cause) {
        break;
      }
    }
    return ParseRefusal.BROKEN_FILE;
  }

  /** The kinds of the exceptions alone: what they say may be text of the file. */
  private static String names(Throwable e) {
    String name = e.getClass().getSimpleName();
    return e.getCause() == null || e.getCause() == e
        ? name
        : name + " by " + e.getCause().getClass().getSimpleName();
  }
}
