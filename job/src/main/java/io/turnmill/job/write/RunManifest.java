package io.turnmill.job.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** The run's manifest, {@code _turnmill/run.json}; its fields stand in samples/FORMAT.md. */
public final class RunManifest {
  /** The folder still holds what an earlier run left. */
  public static final String STARTING = "starting";

  public static final String RUNNING = "running";

  /** Too much failed or was rejected; the same command resumes the run. */
  public static final String STOPPED = "stopped";

  public static final String COMPLETE = "complete";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();

  /**
   * What makes a run the run that it is.
   *
   * @param hash of all parts
   * @param parts a hash, version or fingerprint of each, by name
   */
  public record Identity(String hash, Map<String, String> parts) {}

  /**
   * What a run ends with.
   *
   * @param books counted from what was written
   * @param engine what the engines did since the run was started last
   */
  public record Ended(Map<String, Object> books, Map<String, Number> engine) {}

  /**
   * The manifest of a run that begins.
   *
   * @param versions of what runs it, by name
   * @param startedAt when it was first started
   * @param settings as JSON, secrets masked
   * @param model facts of the model, in order
   */
  public RunManifest(
      Identity identity,
      Map<String, String> versions,
      Instant startedAt,
      String settings,
      Map<String, Object> model) {
    root.put("state", STARTING);
    root.put("identity", identity.hash());
    root.set("identity_of", JSON.valueToTree(identity.parts()));
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

  /** What an earlier run left is gone. */
  public RunManifest running() {
    root.put("state", RUNNING);
    return this;
  }

  /** The run has ended and its books are known. */
  public RunManifest complete(Instant finishedAt, Ended ended) {
    return ended(COMPLETE, finishedAt, ended);
  }

  /** The run has ended early, with the books of what was done. */
  public RunManifest stopped(Instant finishedAt, Ended ended) {
    return ended(STOPPED, finishedAt, ended);
  }

  private RunManifest ended(String state, Instant finishedAt, Ended ended) {
    root.put("state", state);
    root.put("finished_at", finishedAt.toString());
    root.set("books", JSON.valueToTree(ended.books()));
    root.set("engine", JSON.valueToTree(ended.engine()));
    return this;
  }

  ObjectNode json() {
    return root;
  }
}
