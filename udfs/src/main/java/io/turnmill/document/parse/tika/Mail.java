package io.turnmill.document.parse.tika;

import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.dom.address.MailboxList;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.stream.MimeConfig;

/**
 * A mail as it goes through the net. Of alternatives the plain text is taken, where there is one.
 */
final class Mail {
  private static final int MAX_DEPTH = 50;
  private static final MimeConfig LENIENT =
      MimeConfig.copy(MimeConfig.PERMISSIVE)
          .setMaxLineLen(10 << 20)
          .setMaxHeaderLen(10 << 20)
          .setMaxHeaderCount(10_000)
          .build();

  private final MailText text;
  private final PartStore parts;
  private int unnamed;

  private Mail(ParseRequest request) {
    this.text = new MailText(request.maxTextChars());
    this.parts = new PartStore(request, "#", Long.MAX_VALUE);
  }

  static ParseReply parse(ParseRequest request) throws IOException, RefusedException {
    DefaultMessageBuilder builder = new DefaultMessageBuilder();
    builder.setMimeEntityConfig(LENIENT);
    Message message;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(request.file()))) {
      message = builder.parseMessage(in);
    }
    Mail mail = new Mail(request);
    mail.addAll(message, 0);
    return mail.text.reply(head(message), mail.parts.parts());
  }

  private static DocumentMetadata head(Message message) {
    MailboxList from = message.getFrom();
    AddressList to = message.getTo();
    return new DocumentMetadata(
        "message/rfc822",
        Optional.ofNullable(message.getSubject()).flatMap(TikaParsing::shortened),
        from == null || from.isEmpty()
            ? Optional.empty()
            : TikaParsing.shortened(written(from.get(0))),
        to == null ? List.of() : to.flatten().stream().limit(1000).map(Mail::written).toList(),
        Optional.ofNullable(message.getDate()).map(Date::toInstant),
        Optional.empty(),
        Optional.empty());
  }

  private static String written(Mailbox mailbox) {
    return mailbox.getName() == null || mailbox.getName().isBlank()
        ? mailbox.getAddress()
        : mailbox.getName() + " <" + mailbox.getAddress() + ">";
  }

  private void addAll(Entity entity, int depth) throws IOException, RefusedException {
    if (depth > MAX_DEPTH) {
      throw new RefusedException(
          ParseRefusal.NESTED_TOO_DEEP, "Its parts lie more than " + MAX_DEPTH + " deep.");
    }
    String type = type(entity);
    if (type.equals("multipart/encrypted")) {
      throw new RefusedException(ParseRefusal.ENCRYPTED, "The mail is encrypted.");
    }
    if (!(entity.getBody() instanceof Multipart multipart)) {
      if (!addBody(entity)) {
        attach(entity);
      }
    } else if (type.equals("multipart/alternative")) {
      addBest(multipart.getBodyParts(), depth);
    } else {
      for (Entity part : multipart.getBodyParts()) {
        addAll(part, depth + 1);
      }
    }
  }

  /** The first plain text of several alternatives; the last one, which is the richest, if none. */
  private void addBest(List<Entity> alternatives, int depth) throws IOException, RefusedException {
    for (Entity part : alternatives) {
      if (type(part).equals("text/plain") && addBody(part)) {
        return;
      }
    }
    if (!alternatives.isEmpty()) {
      addAll(alternatives.get(alternatives.size() - 1), depth + 1);
    }
  }

  /** Adds what is text of the mail itself; true also for a blank one. */
  private boolean addBody(Entity entity) throws IOException {
    String type = type(entity);
    boolean attached =
        "attachment".equalsIgnoreCase(entity.getDispositionType()) || entity.getFilename() != null;
    if (attached || !(entity.getBody() instanceof SingleBody body)) {
      return false;
    }
    if (type.equals("text/plain")) {
      String words = CharsetGuess.declared(bytes(body), charset(entity));
      return text.addPlain(words) || words.isBlank();
    }
    if (type.equals("text/html")) {
      text.addHtml(CharsetGuess.declared(bytes(body), charset(entity)));
      return true;
    }
    return false;
  }

  /** A picture that belongs to the text is no attachment. */
  private void attach(Entity entity) throws IOException, RefusedException {
    boolean ofText = entity.getHeader().getField("Content-ID") != null;
    if (ofText && type(entity).startsWith("image/")) {
      return;
    }
    Body body = entity.getBody();
    if (body instanceof SingleBody single) {
      parts.add(name(entity, ""), new ByteArrayInputStream(bytes(single)));
    } else if (body instanceof Message message) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new DefaultMessageWriter().writeMessage(message, out);
      parts.add(name(entity, ".eml"), new ByteArrayInputStream(out.toByteArray()));
    }
  }

  private String name(Entity entity, String suffix) {
    String name = entity.getFilename();
    if (name != null && !name.isBlank()) {
      return DecoderUtil.decodeEncodedWords(name, DecodeMonitor.SILENT).replace('/', '_');
    }
    unnamed++;
    return "part-" + unnamed + suffix;
  }

  private static String type(Entity entity) {
    String type = entity.getMimeType();
    return type == null ? "text/plain" : type.toLowerCase(Locale.ROOT);
  }

  private static String charset(Entity entity) {
    return Optional.ofNullable(entity.getCharset()).orElse("us-ascii");
  }

  private static byte[] bytes(SingleBody body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    return out.toByteArray();
  }
}
