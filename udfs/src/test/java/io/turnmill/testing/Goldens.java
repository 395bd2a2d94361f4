package io.turnmill.testing;

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
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads a folder of golden files of chat templates; see ORIGIN.md inside it. */
public record Goldens(Path folder) {
  /** Templates and conversations of our own. */
  public static final Goldens OWN = new Goldens(Path.of("src/test/resources/golden/jinja"));

  /** Published templates, which are part of the shared data. */
  public static final Goldens PUBLISHED = new Goldens(SharedData.path("golden/jinja"));

  /** The moment at which the goldens were rendered. */
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:03Z"), ZoneOffset.UTC);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  public Path path(String name) {
    return folder.resolve(name);
  }

  /** The text of a template. */
  public String template(String name) {
    return text("templates/" + name);
  }

  public String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all templates, in order. */
  public List<String> templates() {
    try (Stream<Path> files = Files.list(path("templates"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
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

  public List<Map<String, Object>> lines(String name) {
    return lines(path(name));
  }

  /** JSON lines, compressed where the name says so. */
  public static List<Map<String, Object>> lines(Path path) {
    List<Map<String, Object>> lines = new ArrayList<>();
    try (InputStream file = opened(path);
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

  private static InputStream opened(Path path) throws IOException {
    InputStream file = Files.newInputStream(path);
    return path.toString().endsWith(".gz") ? new GZIPInputStream(file) : file;
  }

  @SuppressWarnings("unchecked") // JSON objects have names that are strings.
  public static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }
}
