package io.turnmill.job.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The hash by which settings, inputs and models are told apart. */
public final class Sha256 {
  private Sha256() {}

  /** Of a text in UTF-8, in hex. */
  public static String hex(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The hash of the lines with a line feed between any two, without a text of all of them. */
  public static String hex(List<String> lines) {
    MessageDigest digest = digest();
    for (int i = 0; i < lines.size(); i++) {
      digest.update((i == 0 ? "" : "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(lines.get(i).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** To be fed piece by piece. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256. This is a bug.", e);
    }
  }
}
