package io.turnmill.document.parse.tika;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Optional;
import org.apache.poi.hsmf.MAPIMessage;
import org.apache.poi.hsmf.datatypes.AttachmentChunks;
import org.apache.poi.hsmf.datatypes.StringChunk;
import org.apache.poi.hsmf.exceptions.ChunkNotFoundException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.xml.sax.SAXException;

/** A mail as Outlook keeps it. */
final class OutlookMail {
  private OutlookMail() {}

  static ParseReply parse(ParseRequest request)
      throws IOException, TikaException, SAXException, RefusedException {
    try (MAPIMessage message = new MAPIMessage(request.file().toFile())) {
      message.setReturnNullOnMissingChunk(true);
      MailText text = new MailText(request.maxTextChars());
      addBody(message, text, request.maxTextChars());
      PartStore parts = new PartStore(request, "#", Long.MAX_VALUE);
      for (AttachmentChunks attachment : message.getAttachmentFiles()) {
        attach(attachment, parts);
      }
      return text.reply(head(message), parts.parts());
    } catch (ChunkNotFoundException e) {
      throw new IOException("A part of the message is missing.", e);
    }
  }

  private static DocumentMetadata head(MAPIMessage message) throws ChunkNotFoundException {
    return new DocumentMetadata(
        "application/vnd.ms-outlook",
        value(message.getSubject()),
        value(message.getDisplayFrom()),
        value(message.getDisplayTo()).stream()
            .flatMap(to -> Arrays.stream(to.split(";", -1)))
            .map(String::strip)
            .filter(to -> !to.isEmpty())
            .toList(),
        Optional.ofNullable(message.getMessageDate()).map(Calendar::toInstant),
        Optional.empty(),
        Optional.empty());
  }

  private static void addBody(MAPIMessage message, MailText text, int maxChars)
      throws ChunkNotFoundException, IOException, TikaException, SAXException {
    String plain = message.getTextBody();
    if (plain != null && text.addPlain(plain)) {
      return;
    }
    String html = message.getHtmlBody();
    if (html != null && text.addHtml(html)) {
      return;
    }
    String rtf = message.getRtfBody();
    if (rtf != null) {
      try (TikaInputStream in = TikaInputStream.get(rtf.getBytes(ISO_8859_1))) {
        text.add(TikaParsing.of(new RTFParser(), in, new Metadata(), maxChars).text());
      }
    }
  }

  private static void attach(AttachmentChunks attachment, PartStore parts)
      throws IOException, RefusedException {
    String name =
        List.of(
                Optional.ofNullable(attachment.getAttachLongFileName()),
                Optional.ofNullable(attachment.getAttachFileName()))
            .stream()
            .flatMap(Optional::stream)
            .map(StringChunk::getValue)
            .findFirst()
            .orElse("attachment");
    if (attachment.isEmbeddedMessage()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (MAPIMessage message = attachment.getEmbeddedMessage()) {
        message.write(out);
      }
      parts.add(name + ".msg", new ByteArrayInputStream(out.toByteArray()));
    } else if (attachment.getAttachData() != null) {
      byte[] bytes = attachment.getAttachData().getValue();
      parts.add(name.replace('/', '_'), new ByteArrayInputStream(bytes));
    }
  }

  private static Optional<String> value(String value) {
    return Optional.ofNullable(value).flatMap(TikaParsing::shortened);
  }
}
