package io.turnmill.clean;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Digests of what sessions consist of. They include the tenant, because sessions of two tenants
 * never count as duplicates: the reply to one could tell the other what was said.
 */
public final class SessionDigest {
  /** 128 bits: it is almost certain that sessions of one digest are asked the same. */
  private static final int BYTES = 16;

  private final MessageDigest digest;

  private SessionDigest(Session session) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java has no SHA-256. This is a bug.", e);
    }
    add(session.key().tenant().map(tenant -> "=" + tenant).orElse(""));
  }

  /**
   * Equal for sessions of one tenant whose messages have the same roles and texts in order, and
   * whose fields of these names have the same texts.
   *
   * @param fields the carried fields that are asked about
   */
  public static String of(Session session, List<String> fields) {
    SessionDigest digest = new SessionDigest(session);
    digest.addFields(session, fields);
    for (Message message : session.messages()) {
      digest.add(message.role().wireName());
      digest.add(message.content());
    }
    return HexFormat.of().formatHex(digest.digest.digest(), 0, BYTES);
  }

  /**
   * Equal for sessions of one tenant that may be near-duplicates at all: their messages have the
   * same roles in order, and the texts of their system messages and of these fields are the same.
   */
  static long ofFrame(Session session, List<String> fields) {
    SessionDigest digest = new SessionDigest(session);
    digest.addFields(session, fields);
    for (Message message : session.messages()) {
      digest.add(message.role().wireName());
      if (message.role() == Role.SYSTEM) {
        digest.add(message.content());
      }
    }
    return ByteBuffer.wrap(digest.digest.digest()).getLong();
  }

  /** Adds the texts of fields; one that is missing differs from one that is empty. */
  private void addFields(Session session, List<String> fields) {
    for (String field : fields) {
      String text = session.carried().get(field);
      add(text == null ? "" : "=" + text);
    }
  }

  /** Adds a text with its length before it, so that texts side by side do not run together. */
  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
