package io.turnmill.job.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes the configuration from a settings file and the command line. */
public final class SettingsLoader {
  private static final String MODEL = "model.path";
  private static final String INPUT = "input.paths";
  private static final String DOCUMENTS = "documents.paths";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** By text, but line 2 comes before line 10. */
  private static final Comparator<String> BY_PLACE =
      Comparator.comparing(
          (String problem) ->
              NUMBER
                  .matcher(problem)
                  .replaceAll(n -> "0".repeat(Math.max(0, 9 - n.group().length())) + n.group()));

  private final SettingsSources sources = new SettingsSources();
  private final Map<String, Object> values = new HashMap<>();
  private final Set<String> given = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsLoader() {}

  /**
   * The checked configuration.
   *
   * @param file a settings file, if there is one
   * @param assignments from the command line; a later one wins over an earlier one, and all of them
   *     over the file
   * @throws SetupException with every problem there is
   */
  public static JobConfig load(Optional<Path> file, List<Assignment> assignments) {
    SettingsLoader loader = new SettingsLoader();
    file.ifPresent(loader.sources::addFile);
    assignments.forEach(loader.sources::add);
    loader.problems.addAll(loader.sources.problems());
    Settings.ALL.forEach(loader::read);
    loader.takeModelOfVariants();
    loader.requireInput();
    loader.failOnProblems();
    JobConfig config = Settings.config(loader.values, loader.given);
    loader.problems.addAll(Contradictions.in(config));
    loader.failOnProblems();
    return config;
  }

  private void read(Setting setting) {
    ConfigValue found = sources.find(setting);
    if (found == null || found.valueType() == ConfigValueType.NULL) {
      setting
          .defaultValue()
          .ifPresentOrElse(
              value -> values.put(setting.key(), value),
              () -> problems.add(setting.key() + ": must be set: " + setting.meaning()));
      return;
    }
    try {
      values.put(setting.key(), setting.type().read(found));
      given.add(setting.key());
    } catch (WrongValueException e) {
      report(setting, e);
      Stream.of(e.getSuppressed())
          .map(WrongValueException.class::cast)
          .forEach(more -> report(setting, more));
    }
  }

  private void report(Setting setting, WrongValueException e) {
    problems.add(e.origin() + ": " + setting.key() + e.below() + ": " + e.getMessage());
  }

  /** Where every variant names a model, none needs to be named for all of them. */
  private void takeModelOfVariants() {
    Object variants = values.getOrDefault(JobConfig.VARIANTS, Map.of());
    List<Object> models = new ArrayList<>();
    for (Object changes : ((Map<?, ?>) variants).values()) {
      Object model = ((Map<?, ?>) changes).get(MODEL);
      if (model == null) {
        return;
      }
      models.add(model);
    }
    if (!values.containsKey(MODEL) && !models.isEmpty()) {
      values.put(MODEL, models.get(0));
      problems.removeIf(problem -> problem.startsWith(MODEL + ": must be set"));
    }
  }

  /** A run reads sessions, documents, or both. */
  private void requireInput() {
    if (List.of().equals(values.get(INPUT)) && List.of().equals(values.get(DOCUMENTS))) {
      problems.add(
          INPUT
              + ": must be set: files, folders or globs with conversations; or "
              + DOCUMENTS
              + ", for documents");
    }
  }

  private void failOnProblems() {
    if (!problems.isEmpty()) {
      String count = problems.size() == 1 ? "a problem" : problems.size() + " problems";
      throw new SetupException(
          "the settings have " + count + ":", problems.stream().sorted(BY_PLACE).toList());
    }
  }
}
