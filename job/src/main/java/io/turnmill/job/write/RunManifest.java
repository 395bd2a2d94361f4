package io.turnmill.job.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/**
 * The run's manifest, {@code _turnmill/run.json}; its fields are described in samples/FORMAT.md.
 */
public final class RunManifest {
  /** The state of a run whose folder may still hold the results of an earlier run. */
  public static final String STARTING = "starting";

  public static final String RUNNING = "running";

  /** The state of a run in which too much failed or was rejected; the same command resumes it. */
  public static final String STOPPED = "stopped";

  public static final String COMPLETE = "complete";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();

  /**
   * The identity of a run: runs of the same identity compute the same results.
   *
   * @param hash the hash of all parts
   * @param parts a hash, version or fingerprint of each, by name
   */
  public record Identity(String hash, Map<String, String> parts) {}

  /**
   * The counts at the end of a run.
   *
   * @param books the counts of what was written
   * @param engine the metrics of the engines since the run was last started
   * @param more what else is known at the end, by field; it replaces what was known at the start
   */
  public record Ended(
      Map<String, Object> books, Map<String, Number> engine, Map<String, Object> more) {}

  /**
   * The manifest of a run that begins.
   *
   * @param versions the versions of the software that runs it, by name
   * @param startedAt the time at which it was first started
   * @param settings the settings as JSON, secrets masked
   * @param models the facts of the models, by field
   */
  public RunManifest(
      Identity identity,
      Map<String, String> versions,
      Instant startedAt,
      String settings,
      Map<String, Object> models) {
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
    models.forEach((field, facts) -> root.set(field, JSON.valueToTree(facts)));
  }

  /** Changes the state after the results of an earlier run were removed. */
  public RunManifest running() {
    root.put("state", RUNNING);
    return this;
  }

  /** Changes the state after the run has ended, with its counts. */
  public RunManifest complete(Instant finishedAt, Ended ended) {
    return ended(COMPLETE, finishedAt, ended);
  }

  /** Changes the state after the run has ended early, with the counts of what was done. */
  public RunManifest stopped(Instant finishedAt, Ended ended) {
    return ended(STOPPED, finishedAt, ended);
  }

  private RunManifest ended(String state, Instant finishedAt, Ended ended) {
    root.put("state", state);
    root.put("finished_at", finishedAt.toString());
    root.set("books", JSON.valueToTree(ended.books()));
    root.set("engine", JSON.valueToTree(ended.engine()));
    ended.more().forEach((field, value) -> root.set(field, JSON.valueToTree(value)));
    return this;
  }

  ObjectNode json() {
    return root;
  }
}
