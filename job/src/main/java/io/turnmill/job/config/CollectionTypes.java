package io.turnmill.job.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Settings of many values: lists, and maps with keys of the user's own. */
final class CollectionTypes {
  private CollectionTypes() {}

  /** A list; one value alone stands for a list of one. */
  record ListOf(SettingType item, String values, boolean emptyAllowed) implements SettingType {
    @Override
    public List<Object> read(ConfigValue value) throws WrongValueException {
      if (value.valueType() == ConfigValueType.OBJECT) {
        throw ScalarTypes.wrong(this, value);
      }
      List<? extends ConfigValue> found = value instanceof ConfigList list ? list : List.of(value);
      List<Object> items = new ArrayList<>();
      for (ConfigValue one : found) {
        items.add(readPart("item " + (items.size() + 1), one, item));
      }
      if (items.isEmpty() && !emptyAllowed) {
        throw new WrongValueException(
            "must be " + ScalarTypes.wanted(this) + ", but is an empty list", value);
      }
      return List.copyOf(items);
    }
  }

  /** A map from names, kept in lower case, to one kind of value. */
  record NamesTo(SettingType item, String values) implements SettingType {
    @Override
    public Map<String, Object> read(ConfigValue value) throws WrongValueException {
      Map<String, Object> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        String name = entry.getKey().strip().toLowerCase(Locale.ROOT);
        entries.put(name, readEntry(entry, item));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  /** A map from token ids, in their order, to one kind of value. */
  record TokensTo(SettingType item, String values) implements SettingType {
    @Override
    public Map<Integer, Object> read(ConfigValue value) throws WrongValueException {
      Map<Integer, Object> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        String id = entry.getKey().strip();
        if (!id.matches("\\d{1,9}")) {
          throw new WrongValueException(
              "must be " + ScalarTypes.wanted(this) + ", but '" + id + "' is not a token id",
              value);
        }
        entries.put(Integer.valueOf(id), readEntry(entry, item));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  /** Settings of Spark: a map to texts from their names below {@code spark.}, which hold dots. */
  record SparkSettings(String values) implements SettingType {
    private static final SettingType TEXT = new ScalarTypes.Text("text", true, true);

    /** By full names, {@code spark.} included. */
    @Override
    public Map<String, Object> read(ConfigValue value) throws WrongValueException {
      Map<String, Object> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        entries.put("spark." + entry.getKey(), readEntry(entry, TEXT));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Keys keys() {
      return Keys.JOINED;
    }
  }

  /**
   * A map from names to anything that JSON knows, in the order of the names, for HOCON has no
   * other; entries that are null are left out.
   */
  record AnyValues(String values) implements SettingType {
    @Override
    public Map<String, Object> read(ConfigValue value) throws WrongValueException {
      Map<String, Object> entries = new TreeMap<>();
      entries(value, this)
          .forEach(
              (name, one) -> {
                if (one.valueType() != ConfigValueType.NULL) {
                  entries.put(name, one.unwrapped());
                }
              });
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  private static ConfigObject entries(ConfigValue value, SettingType type)
      throws WrongValueException {
    if (value instanceof ConfigObject object) {
      return object;
    }
    throw ScalarTypes.wrong(type, value);
  }

  private static Object readEntry(Map.Entry<String, ConfigValue> entry, SettingType item)
      throws WrongValueException {
    return readPart("'" + entry.getKey() + "'", entry.getValue(), item);
  }

  private static Object readPart(String name, ConfigValue value, SettingType type)
      throws WrongValueException {
    try {
      return type.read(value);
    } catch (WrongValueException e) {
      throw new WrongValueException(name + " " + e.getMessage(), e.origin());
    }
  }
}
