package io.turnmill.job.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** The run's manifest, {@code _turnmill/run.json}; its fields stand in samples/FORMAT.md. */
public final class RunManifest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();

  /**
   * The manifest of a run that begins.
   *
   * @param settings as JSON, secrets masked
   * @param model facts of the model, in order
   */
  public RunManifest(
      String identity,
      Map<String, String> versions,
      Instant startedAt,
      String settings,
      Map<String, Object> model) {
    root.put("state", "running");
    root.put("identity", identity);
    versions.forEach(root::put);
    root.put("started_at", startedAt.toString());
    root.putNull("finished_at");
    try {
      root.set("settings", JSON.readTree(settings));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Settings are not JSON. This is a bug.", e);
    }
    root.set("model", JSON.valueToTree(model));
  }

  /** The run has ended and its books are known. */
  public RunManifest complete(Instant finishedAt, Map<String, Object> books) {
    root.put("state", "complete");
    root.put("finished_at", finishedAt.toString());
    root.set("books", JSON.valueToTree(books));
    return this;
  }

  ObjectNode json() {
    return root;
  }
}
