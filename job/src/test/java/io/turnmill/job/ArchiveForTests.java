package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The real conversations of the test resources. */
public final class ArchiveForTests {
  public static final ObjectMapper JSON = new ObjectMapper();

  private ArchiveForTests() {}

  /** One object for each session: {@code session_id}, {@code source}, {@code messages}. */
  public static List<JsonNode> sessions() {
    List<JsonNode> sessions = new ArrayList<>();
    for (String line : resource("/archive/sessions.jsonl").split("\n", -1)) {
      if (!line.isEmpty()) {
        sessions.add(parse(line));
      }
    }
    return sessions;
  }

  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String resource(String name) {
    try (InputStream in = ArchiveForTests.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
