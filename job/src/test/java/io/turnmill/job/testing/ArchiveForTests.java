package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.session.Message;
import io.turnmill.session.Session;
import io.turnmill.testing.Conversations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Conversations as records of an archive. */
public final class ArchiveForTests {
  public static final ObjectMapper JSON = new ObjectMapper();

  /** Of the samples, one in this many is enough for tests that read them in many layouts. */
  private static final int ONE_IN = 6;

  private ArchiveForTests() {}

  /**
   * Some of the sample conversations, one object for each: {@code session_id}, {@code source},
   * {@code messages}.
   */
  public static List<JsonNode> sessions() {
    List<Session> all = Conversations.ofSamples(JobForTests.ROOT);
    List<JsonNode> sessions = new ArrayList<>();
    for (int i = 0; i < all.size(); i += ONE_IN) {
      sessions.add(json(all.get(i)));
    }
    return sessions;
  }

  /** A session as a record of one line; its carried fields stand beside its messages. */
  public static String line(Session session) {
    return json(session).toString();
  }

  private static ObjectNode json(Session session) {
    ObjectNode record = JSON.createObjectNode().put("session_id", session.key().sessionId());
    session.carried().forEach(record::put);
    ArrayNode messages = record.putArray("messages");
    for (Message message : session.messages()) {
      messages.addObject().put("role", message.role().wireName()).put("content", message.content());
    }
    return record;
  }

  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of JSON lines. */
  public static List<JsonNode> records(String lines) {
    return lines.lines().map(ArchiveForTests::parse).toList();
  }

  public static String resource(String name) {
    try (InputStream in = ArchiveForTests.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
