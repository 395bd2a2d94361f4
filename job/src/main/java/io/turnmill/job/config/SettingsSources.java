package io.turnmill.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was given, from the file and then from the command line, by full key; a map's entries stand
 * under {@code key of the map + "." + name}. Keys that no setting has are kept apart.
 */
final class SettingsSources {
  private final Map<String, ConfigValue> given = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Reads a settings file in HOCON; {@code ${?NAME}} takes an environment variable. */
  void addFile(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      String why = Files.exists(file) ? "cannot be read as a file" : "does not exist";
      throw new SetupException("the settings file " + file + " " + why);
    }
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setOriginDescription(file.toString());
      Config config = ConfigFactory.parseFile(file.toFile(), options).resolve();
      flatten("", config.root());
    } catch (ConfigException e) {
      throw new SetupException(
          "the settings file " + file + " is not right: " + firstLine(e.getMessage()), e);
    }
  }

  void add(Assignment assignment) {
    String key = assignment.key();
    Setting map = mapAbove(key);
    String origin = assignment.origin();
    try {
      if (map != null) {
        given.put(key, entryValue(map, key, assignment.values().get(0), origin));
      } else if (Settings.BY_KEY.containsKey(key)) {
        addKnown(key, assignment);
      } else {
        problems.add(unknown(key, origin));
      }
    } catch (ConfigException e) {
      problems.add(origin + ": " + key + ": " + firstLine(e.getMessage()));
    }
  }

  /** The value given for a setting, or null if none was; maps come with all their entries. */
  ConfigValue find(Setting setting) {
    ConfigValue whole = given.get(setting.key());
    if (setting.type().keys() == SettingType.Keys.NONE || whole != null) {
      return whole;
    }
    Map<String, ConfigValue> entries = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          if (key.startsWith(setting.key() + ".")) {
            entries.put(key.substring(setting.key().length() + 1), value);
          }
        });
    return entries.isEmpty() ? null : ConfigValueFactory.fromMap(entries);
  }

  List<String> problems() {
    return problems;
  }

  private void addKnown(String key, Assignment assignment) {
    String text = assignment.values().get(0);
    String origin = assignment.origin();
    if (assignment.values().size() > 1) {
      given.put(key, ConfigValueFactory.fromIterable(assignment.values(), origin));
    } else if (assignment.written()) {
      put(key, written(Settings.BY_KEY.get(key).type(), text, origin));
    } else {
      given.put(key, ConfigValueFactory.fromAnyRef(text, origin));
    }
  }

  /** A value as text: a list or a map may be written out where one is wanted. */
  static ConfigValue written(SettingType type, String text, String origin) {
    boolean many = type instanceof CollectionTypes.ListOf || type.keys() != SettingType.Keys.NONE;
    return many && (text.startsWith("[") || text.startsWith("{"))
        ? parsed(text, origin)
        : ConfigValueFactory.fromAnyRef(text, origin);
  }

  /** An entry of a map; where anything is allowed, a number or a flag is taken as one. */
  private static ConfigValue entryValue(Setting map, String key, String text, String origin) {
    if (map.type() instanceof VariantsType) {
      String changed = VariantsType.settingOf(key.substring(map.key().length() + 1));
      SettingType type = Settings.BY_KEY.getOrDefault(changed, map).type();
      return written(type, text, origin);
    }
    boolean loose = map.type() instanceof CollectionTypes.AnyValues;
    if (loose && text.matches("true|false|-?[0-9]{1,15}(\\.[0-9]{1,15})?|[\\[{].*")) {
      return parsed(text, origin);
    }
    return ConfigValueFactory.fromAnyRef(text, origin);
  }

  private static ConfigValue parsed(String text, String origin) {
    ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(origin);
    return ConfigFactory.parseString("value = " + text, options).root().get("value");
  }

  private void flatten(String prefix, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      put(prefix + entry.getKey(), entry.getValue());
    }
  }

  private void put(String key, ConfigValue value) {
    Setting setting = Settings.BY_KEY.get(key);
    Setting map = mapAbove(key);
    if (map != null) {
      boolean joined = map.type().keys() == SettingType.Keys.JOINED;
      if (joined && value instanceof ConfigObject deeper) {
        flatten(key + ".", deeper);
      } else {
        given.put(key, value);
      }
    } else if (setting != null) {
      boolean isMap = setting.type().keys() != SettingType.Keys.NONE;
      if (isMap && value instanceof ConfigObject entries) {
        flatten(key + ".", entries);
      } else {
        given.put(key, value);
      }
    } else if (value instanceof ConfigObject deeper && !deeper.isEmpty()) {
      flatten(key + ".", deeper);
    } else if (!(value instanceof ConfigObject && isSection(key))) {
      problems.add(unknown(key, value.origin().description()));
    }
  }

  private static String unknown(String key, String origin) {
    if (isSection(key)) {
      return origin + ": " + key + ": is a group of settings, not a setting";
    }
    Set<String> known = Settings.BY_KEY.keySet();
    String hint =
        EditDistance.nearest(key, known).map(near -> "; did you mean " + near + "?").orElse("");
    return origin + ": " + key + ": unknown setting" + hint;
  }

  private static boolean isSection(String key) {
    return Settings.BY_KEY.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  private static Setting mapAbove(String key) {
    for (Setting setting : Settings.ALL) {
      boolean isMap = setting.type().keys() != SettingType.Keys.NONE;
      if (isMap && key.startsWith(setting.key() + ".")) {
        return setting;
      }
    }
    return null;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }
}
