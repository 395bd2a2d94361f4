package io.turnmill.job.read;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8. */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** Thrown for bytes that are not UTF-8. */
  static final class InvalidUtf8 extends Exception {
    InvalidUtf8(int offset) {
      super(
          "the first wrong byte is number "
              + offset
              + " of the record, or of its cell in CSV, from 0");
    }
  }

  static String decode(byte[] bytes, int from, int length) throws InvalidUtf8 {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    // the fast way replaces wrong bytes; only if it did is the place of the first one looked for
    if (text.indexOf(REPLACEMENT) >= 0) {
      check(bytes, from, length);
    }
    return text;
  }

  private static void check(byte[] bytes, int from, int length) throws InvalidUtf8 {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
    if (decoder.decode(in, CharBuffer.allocate(length + 1), true).isError()) {
      throw new InvalidUtf8(in.position() - from);
    }
  }

  /** How many bytes a byte order mark takes at the beginning: 3 or 0. */
  static int byteOrderMark(byte[] bytes, int length) {
    boolean mark =
        length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return mark ? 3 : 0;
  }

  /** Whether there are only spaces and control characters. */
  static boolean isBlank(byte[] bytes, int from, int length) {
    for (int i = from; i < length; i++) {
      if (bytes[i] < 0 || bytes[i] > ' ') {
        return false;
      }
    }
    return true;
  }
}
