package io.turnmill.document.parse.tika;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.turnmill.document.parse.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.html.HtmlEncodingDetector;
import org.apache.tika.parser.txt.Icu4jEncodingDetector;
import org.apache.tika.parser.txt.UniversalEncodingDetector;

/** Bytes that do not say in which character set they are become text. */
final class CharsetGuess {
  private static final int START_BYTES = 1 << 16;
  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final Set<String> LATIN =
      Set.of(
          "windows-1250",
          "windows-1252",
          "windows-1254",
          "windows-1257",
          "ISO-8859-2",
          "ISO-8859-15");
  private static final Set<String> PAIRED =
      Set.of("EUC-KR", "EUC-JP", "Shift_JIS", "Big5", "x-windows-949", "EUC-TW");

  /** Seven of ten: the others are marks and rare characters. */
  private static final double MOST = 0.7;

  private static final List<EncodingDetector> TEXT =
      List.of(new UniversalEncodingDetector(), new Icu4jEncodingDetector());

  private CharsetGuess() {}

  /**
   * Whether bytes of an unknown type may be text of an older character set: no control characters.
   */
  static boolean mayBeText(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(START_BYTES)) {
        if (b >= 0 && b < ' ' && "\t\n\r\f".indexOf(b) < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Text: Unicode if it is valid, else what the detectors say. */
  static String text(byte[] bytes) throws IOException {
    var unicode = PlainText.decode(bytes);
    return unicode.isPresent() ? unicode.get() : new String(bytes, older(bytes));
  }

  /**
   * The detectors count letters, and short texts have too few. What they cannot see is how bytes
   * stand: accents are one or two among letters, and Chinese is pairs, most of them of common
   * characters.
   */
  private static Charset older(byte[] bytes) throws IOException {
    Charset detected = guess(bytes, TEXT);
    int high = 0;
    int accents = 0;
    int pairs = 0;
    int common = 0;
    for (int i = 0; i < bytes.length; ) {
      int run = i;
      while (run < bytes.length && bytes[run] < 0) {
        run++;
      }
      high += run - i;
      accents += run - i <= 2 ? run - i : 0;
      for (; i + 1 < run; i += 2) {
        pairs++;
        int lead = bytes[i] & 0xFF;
        common += lead >= 0xB0 && lead <= 0xD7 && (bytes[i + 1] & 0xFF) >= 0xA1 ? 1 : 0;
      }
      i = run + 1;
    }
    if (2 * pairs == high && common >= MOST * pairs) {
      return PAIRED.contains(detected.name()) ? detected : GB18030;
    }
    boolean latin = accents >= MOST * high && !LATIN.contains(detected.name());
    return latin ? WINDOWS_1252 : detected;
  }

  /** HTML: a byte order mark counts first, then what the page itself says. */
  static String html(byte[] bytes) throws IOException {
    Charset said = guess(bytes, List.of(new HtmlEncodingDetector()));
    if (said.equals(WINDOWS_1252) || hasMark(bytes)) {
      return text(bytes);
    }
    return new String(bytes, wider(said));
  }

  /** Text of a declared character set, which may be wrong or missing. */
  static String declared(byte[] bytes, String name) throws IOException {
    try {
      Charset charset = Charset.forName(name);
      if (!charset.equals(US_ASCII) && !hasMark(bytes)) {
        return new String(bytes, wider(charset));
      }
    } catch (IllegalArgumentException e) {
      // No character set of that name: the bytes decide.
      return text(bytes);
    }
    return text(bytes);
  }

  private static boolean hasMark(byte[] bytes) {
    int first = bytes.length < 2 ? 0 : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
    return first == 0xFEFF || first == 0xFFFE || first == 0xEFBB;
  }

  private static Charset guess(byte[] bytes, List<EncodingDetector> detectors) throws IOException {
    for (EncodingDetector detector : detectors) {
      try (TikaInputStream in = TikaInputStream.get(bytes)) {
        Charset charset = detector.detect(in, new Metadata());
        if (charset != null) {
          return wider(charset);
        }
      }
    }
    return WINDOWS_1252;
  }

  /** The larger set where files name the smaller one and use the larger one. */
  private static Charset wider(Charset charset) {
    return switch (charset.name()) {
      case "GB2312", "GBK", "x-EUC-CN" -> GB18030;
      case "ISO-8859-1", "US-ASCII" -> WINDOWS_1252;
      default -> charset;
    };
  }
}
