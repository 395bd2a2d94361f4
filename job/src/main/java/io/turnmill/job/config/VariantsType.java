package io.turnmill.job.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A map from the names of variants to the settings that each of them changes. Every setting below a
 * name is read and checked as it is where it stands by itself.
 */
record VariantsType(String values) implements SettingType {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<String> GROUPS = Set.of("model", "prompt", "sampling");

  /** What other tasks ask with, which is their prompt. */
  private static final Set<String> PROMPTS_OF_TASKS =
      Set.of("classify.question", "classify.descriptions", "embed.prompt");

  /** Where hosts keep what they fetch is one place for all variants. */
  private static final String HOST_CACHE = "model.cache_";

  /** By name, in the order of the names: the changed settings by full key, with their values. */
  @Override
  public Map<String, Map<String, Object>> read(ConfigValue value) throws WrongValueException {
    if (!(value instanceof ConfigObject given)) {
      throw ScalarTypes.wrong(this, value);
    }
    Reader reader = new Reader();
    new TreeMap<>(given).forEach(reader::add);
    return reader.read();
  }

  @Override
  public Keys keys() {
    return Keys.ONE_LEVEL;
  }

  /** Whether a variant may change a setting. */
  static boolean mayChange(String key) {
    String group = key.replaceFirst("\\..*", "");
    return PROMPTS_OF_TASKS.contains(key)
        || (GROUPS.contains(group) && !key.startsWith(HOST_CACHE));
  }

  /** The setting to which the key of an entry leads, such as {@code NAME.sampling.top_p}. */
  static String settingOf(String entry) {
    int dot = entry.indexOf('.');
    return dot < 0 ? "" : entry.substring(dot + 1);
  }

  /** Takes what was given apart, and finds every problem. */
  private static final class Reader {
    private final Map<String, Map<String, ConfigValue>> given = new LinkedHashMap<>();
    private final List<WrongValueException> problems = new ArrayList<>();

    /**
     * @param entry a name, or a name and a key below it
     */
    void add(String entry, ConfigValue value) {
      String name = entry.replaceFirst("\\..*", "");
      if (!NAME.matcher(name).matches()) {
        problem(entry, "the name of a variant has letters, digits, _ and -", value);
        return;
      }
      given.computeIfAbsent(name, any -> new TreeMap<>());
      put(name, settingOf(entry), value);
    }

    private void put(String name, String key, ConfigValue value) {
      String path = key.isEmpty() ? name : name + "." + key;
      boolean isGroup = key.isEmpty() || changeable().anyMatch(of -> of.startsWith(key + "."));
      if (Settings.BY_KEY.containsKey(key)) {
        if (mayChange(key)) {
          given.get(name).put(key, value);
        } else {
          problem(
              path,
              "is the same for all variants; they may differ in the model, the prompt"
                  + " and sampling",
              value);
        }
      } else if (isGroup && value instanceof ConfigObject deeper) {
        deeper.forEach((part, one) -> put(name, key.isEmpty() ? part : key + "." + part, one));
      } else if (isGroup) {
        problem(path, "must be a group of settings, such as { sampling.temperature = 0.8 }", value);
      } else if (!putEntry(name, key, value)) {
        String near =
            EditDistance.nearest(key, changeable().collect(Collectors.toSet()))
                .map(of -> "; did you mean " + of + "?")
                .orElse("");
        problem(path, "unknown setting" + near, value);
      }
    }

    /** Takes an entry of a setting that is a map, such as a variable of the template. */
    private boolean putEntry(String name, String key, ConfigValue value) {
      for (Setting setting : Settings.ALL) {
        boolean isMap = setting.type().keys() != Keys.NONE;
        if (isMap && mayChange(setting.key()) && key.startsWith(setting.key() + ".")) {
          ConfigValue before = given.get(name).get(setting.key());
          ConfigObject map =
              before instanceof ConfigObject object ? object : ConfigFactory.empty().root();
          String part = key.substring(setting.key().length() + 1);
          given.get(name).put(setting.key(), map.withValue(part, value));
          return true;
        }
      }
      return false;
    }

    private static Stream<String> changeable() {
      return Settings.ALL.stream().map(Setting::key).filter(VariantsType::mayChange);
    }

    Map<String, Map<String, Object>> read() throws WrongValueException {
      Map<String, Map<String, Object>> read = new LinkedHashMap<>();
      given.forEach(
          (name, settings) -> {
            Map<String, Object> values = new TreeMap<>();
            settings.forEach((key, value) -> read(name, key, value, values));
            read.put(name, Collections.unmodifiableMap(values));
          });
      if (!problems.isEmpty()) {
        WrongValueException first = problems.get(0);
        problems.subList(1, problems.size()).forEach(first::addSuppressed);
        throw first;
      }
      return Collections.unmodifiableMap(read);
    }

    /** Null, as elsewhere, stands for the default. */
    private void read(String name, String key, ConfigValue value, Map<String, Object> values) {
      Setting setting = Settings.BY_KEY.get(key);
      try {
        if (value.valueType() != ConfigValueType.NULL) {
          values.put(key, setting.type().read(value));
        } else if (setting.defaultValue().isPresent()) {
          values.put(key, setting.defaultValue().get());
        } else {
          throw new WrongValueException("must not be null, as it has no default", value);
        }
      } catch (WrongValueException e) {
        problems.add(e.below(name + "." + key));
      }
    }

    private void problem(String path, String message, ConfigValue value) {
      problems.add(new WrongValueException(message, value).below(path));
    }
  }
}
