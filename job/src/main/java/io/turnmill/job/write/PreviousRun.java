package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The run whose manifest is in an output folder, whether it has ended or not. */
public final class PreviousRun {
  private final JsonNode manifest;
  private final Supplier<List<String>> listing;

  /**
   * @param manifest the manifest as it is
   * @param listing reads the list of the input's files, one line each; empty if it is not known
   */
  PreviousRun(JsonNode manifest, Supplier<List<String>> listing) {
    this.manifest = manifest;
    this.listing = listing;
  }

  public String identity() {
    return manifest.path("identity").asText();
  }

  /** A hash, version or fingerprint of each part of the identity, by name. */
  public Map<String, String> identityParts() {
    Map<String, String> parts = new LinkedHashMap<>();
    manifest
        .path("identity_of")
        .properties()
        .forEach(p -> parts.put(p.getKey(), p.getValue().asText()));
    return parts;
  }

  /** A setting as JSON, secrets masked; empty if that run did not have the setting. */
  public Optional<String> setting(String key) {
    JsonNode value = manifest.path("settings").path(key);
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.toString());
  }

  /**
   * The input's files, one line each. They are read at each call, because there may be millions.
   */
  public List<String> listing() {
    return listing.get();
  }

  /** One of {@link RunManifest}'s states. */
  public String state() {
    return manifest.path("state").asText();
  }

  /** The time at which the run was first started, if it can be read. */
  public Optional<Instant> startedAt() {
    return instant("started_at");
  }

  /** The time at which the run ended, if it can be read. */
  public Optional<Instant> finishedAt() {
    return instant("finished_at");
  }

  /** The counts of the run; fields are missing if it has not ended. */
  public JsonNode books() {
    return manifest.path("books");
  }

  /** What the manifest says of each variant, in their order; nothing if the run has no variants. */
  public List<JsonNode> variants() {
    List<JsonNode> variants = new ArrayList<>();
    manifest.path("variants").forEach(variants::add);
    return variants;
  }

  private Optional<Instant> instant(String field) {
    try {
      return Optional.of(Instant.parse(manifest.path(field).asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
