package io.turnmill.job;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.Sha256;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What makes two runs the same run: settings that matter, the input's files, the model, and the
 * version of Turnmill, whose tables may have other columns.
 */
final class RunIdentity {
  private static final int SHOWN_CHARACTERS = 60;

  private final JobConfig config;
  private final List<String> listing;
  private final Map<String, String> parts = new LinkedHashMap<>();

  private RunIdentity(JobConfig config, List<String> listing) {
    this.config = config;
    this.listing = listing;
  }

  /**
   * @param template what stands in the settings' template file, or nothing
   * @param listing the input's files: address, size and version of each
   * @param fingerprint of the model
   */
  static RunIdentity of(
      JobConfig config, String template, List<String> listing, String fingerprint) {
    List<String> shown = listing.stream().map(FileSystems::shown).toList();
    RunIdentity identity = new RunIdentity(config, shown);
    identity.parts.put("turnmill", Version.number());
    identity.parts.put("settings", config.identity());
    identity.parts.put("template", Sha256.hex(template));
    identity.parts.put("input", Sha256.hex(String.join("\n", shown)));
    identity.parts.put("model", fingerprint);
    return identity;
  }

  String hash() {
    return Sha256.hex(String.join("\n", parts.values()));
  }

  RunManifest.Identity forManifest() {
    return new RunManifest.Identity(hash(), parts);
  }

  /** The input's files, without passwords. */
  List<String> listing() {
    return listing;
  }

  /** What is another than in an earlier run, one sentence each; empty if it is the same run. */
  List<String> changesSince(PreviousRun previous) {
    Map<String, String> then = previous.identityParts();
    List<String> changes = new ArrayList<>();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      String before = then.getOrDefault(part.getKey(), "");
      if (!before.equals(part.getValue())) {
        changes.addAll(
            switch (part.getKey()) {
              case "settings" -> settings(previous);
              case "template" -> List.of("prompt.template: the file holds another text");
              case "input" -> input(previous.listing());
              case "model" -> List.of("the model: another fingerprint");
              default ->
                  List.of(part.getKey() + ": " + before + " then, " + part.getValue() + " now");
            });
      }
    }
    return changes;
  }

  private List<String> settings(PreviousRun previous) {
    List<String> changes = new ArrayList<>();
    config
        .resultSettings()
        .forEach(
            (key, now) -> {
              String then = previous.setting(key).orElse("not known");
              if (!then.equals(now)) {
                changes.add(key + ": " + shown(then) + " then, " + shown(now) + " now");
              }
            });
    return changes.isEmpty() ? List.of("the settings: a value that is not shown") : changes;
  }

  private List<String> input(List<String> then) {
    Set<String> before = new TreeSet<>(then);
    Set<String> now = new TreeSet<>(listing);
    Set<String> filesBefore = files(then);
    Set<String> filesNow = files(listing);
    List<String> changes = new ArrayList<>();
    say(changes, "new", minus(filesNow, filesBefore));
    say(changes, "gone", minus(filesBefore, filesNow));
    Set<String> changed = files(minus(now, before));
    changed.retainAll(filesBefore);
    say(changes, "changed", changed);
    return changes.isEmpty() ? List.of("the input: other files") : changes;
  }

  private static void say(List<String> changes, String what, Set<String> files) {
    if (!files.isEmpty()) {
      String more = files.size() > 1 ? " and " + (files.size() - 1) + " more" : "";
      changes.add("the input: " + what + ": " + files.iterator().next() + more);
    }
  }

  private static Set<String> minus(Set<String> all, Set<String> without) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(without);
    return rest;
  }

  /** A line of the listing without size and version. */
  private static Set<String> files(Iterable<String> listing) {
    Set<String> files = new TreeSet<>();
    listing.forEach(line -> files.add(line.replaceFirst(" \\S+ \\S+$", "")));
    return files;
  }

  private static String shown(String json) {
    return json.length() <= SHOWN_CHARACTERS ? json : json.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
