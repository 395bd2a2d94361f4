package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.Sha256;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What makes two runs the same run: settings that matter, the input's files, the model, and the
 * version of Turnmill, whose tables may have other columns.
 */
public final class RunIdentity {
  private static final int SHOWN_CHARACTERS = 60;
  private static final String PROMPT = "prompt.";

  private final JobConfig config;
  private final List<String> listing;
  private final Map<String, String> parts = new LinkedHashMap<>();

  private RunIdentity(JobConfig config, List<String> listing) {
    this.config = config;
    this.listing = listing;
  }

  /**
   * The identity of a run with this input and this model.
   *
   * @param promptFiles what stands in the files that settings of {@code prompt} name, each by the
   *     name of its setting
   * @param listing the input's files: address, size and version of each
   * @param fingerprint of the model
   */
  public static RunIdentity of(
      JobConfig config, Map<String, String> promptFiles, List<String> listing, String fingerprint) {
    return of(config, config.identity(), promptFiles, listing, fingerprint);
  }

  /** The identity of a run of these variants with this input. */
  public static RunIdentity of(CheckedVariants variants, List<String> listing) {
    return of(
        variants.config(),
        variants.settingsIdentity(),
        variants.promptFiles(),
        listing,
        variants.fingerprint());
  }

  private static RunIdentity of(
      JobConfig config,
      String settings,
      Map<String, String> promptFiles,
      List<String> listing,
      String fingerprint) {
    List<String> shown = listing.stream().map(FileSystems::shown).toList();
    RunIdentity identity = new RunIdentity(config, shown);
    identity.parts.put("turnmill", Version.number());
    identity.parts.put("settings", settings);
    Map<String, String> files = new TreeMap<>(promptFiles);
    if (config.prompt().messageFile().isEmpty()) {
      files.remove("message_file"); // the text stands in the settings themselves
    }
    files.forEach((name, text) -> identity.parts.put(PROMPT + name, Sha256.hex(text)));
    identity.parts.put("input", Sha256.hex(shown));
    identity.parts.put("model", fingerprint);
    return identity;
  }

  public String hash() {
    return Sha256.hex(String.join("\n", parts.values()));
  }

  public RunManifest.Identity forManifest() {
    return new RunManifest.Identity(hash(), parts);
  }

  /** The input's files, without passwords. */
  public List<String> listing() {
    return listing;
  }

  /** What is another than in an earlier run, one sentence each; empty if it is the same run. */
  List<String> changesSince(PreviousRun previous) {
    Map<String, String> then = previous.identityParts();
    List<String> changes = new ArrayList<>();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      String name = part.getKey();
      String before = then.getOrDefault(name, "");
      if (!before.equals(part.getValue())) {
        changes.addAll(
            switch (name) {
              case "settings" -> settings(previous);
              case "input" -> input(previous.listing());
              case "model" -> List.of("the model: another fingerprint");
              default ->
                  List.of(
                      name.startsWith(PROMPT)
                          ? name + ": the file holds another text"
                          : name + ": " + before + " then, " + part.getValue() + " now");
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
    Map<String, String> before = byFile(then);
    Examples fresh = new Examples("new");
    Examples changed = new Examples("changed");
    Examples gone = new Examples("gone");
    for (String line : listing) {
      String version = before.remove(file(line));
      if (version == null) {
        fresh.add(file(line));
      } else if (!version.equals(version(line))) {
        changed.add(file(line));
      }
    }
    before.keySet().forEach(gone::add);
    List<String> changes =
        Stream.of(fresh, gone, changed).flatMap(examples -> examples.sentence().stream()).toList();
    return changes.isEmpty() ? List.of("the input: other files") : changes;
  }

  /** Many files of which one is named. */
  private static final class Examples {
    private final String what;
    private String first;
    private int count;

    Examples(String what) {
      this.what = what;
    }

    void add(String file) {
      first = first == null || file.compareTo(first) < 0 ? file : first;
      count++;
    }

    Optional<String> sentence() {
      String more = count > 1 ? " and " + (count - 1) + " more" : "";
      return count == 0
          ? Optional.empty()
          : Optional.of("the input: " + what + ": " + first + more);
    }
  }

  private static Map<String, String> byFile(List<String> listing) {
    Map<String, String> files = new HashMap<>();
    listing.forEach(line -> files.put(file(line), version(line)));
    return files;
  }

  /** A line of the listing without size and version. */
  private static String file(String line) {
    return line.substring(0, endOfFile(line));
  }

  private static String version(String line) {
    return line.substring(endOfFile(line));
  }

  /** Neither size nor version holds a blank. */
  private static int endOfFile(String line) {
    int version = line.lastIndexOf(' ');
    int size = version < 0 ? -1 : line.lastIndexOf(' ', version - 1);
    return size < 0 ? line.length() : size;
  }

  private static String shown(String json) {
    return json.length() <= SHOWN_CHARACTERS ? json : json.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
