package io.turnmill.prompt;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Reads the golden files of chat templates; see ORIGIN.md beside them. */
public final class Goldens {
  /** The moment at which the goldens were rendered. */
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:03Z"), ZoneOffset.UTC);

  private static final Path FOLDER = Path.of("src/test/resources/golden/jinja");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  private Goldens() {}

  public static Path path(String name) {
    return FOLDER.resolve(name);
  }

  public static String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a text in UTF-8, in hex: for goldens that hold hashes alone. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256. This is a bug.", e);
    }
  }

  public static List<Map<String, Object>> lines(String name) {
    List<Map<String, Object>> lines = new ArrayList<>();
    try (InputStream file = new GZIPInputStream(Files.newInputStream(path(name)));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(JSON.readValue(line, new TypeReference<>() {}));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  @SuppressWarnings("unchecked") // JSON objects have names that are strings.
  public static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }
}
