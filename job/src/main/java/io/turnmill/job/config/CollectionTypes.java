package io.turnmill.job.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Settings of many values: lists, and maps with keys of the user's own. */
final class CollectionTypes {
  private CollectionTypes() {}

  /** A list; one value alone stands for a list of one. */
  record ListOf<T>(SettingType<T> item, String values, boolean emptyAllowed)
      implements SettingType<List<T>> {
    @Override
    public List<T> read(ConfigValue value) throws WrongValueException {
      if (value.valueType() == ConfigValueType.OBJECT) {
        throw ScalarTypes.wrong(this, value);
      }
      List<? extends ConfigValue> found = value instanceof ConfigList list ? list : List.of(value);
      List<T> items = new ArrayList<>();
      for (ConfigValue one : found) {
        try {
          items.add(item.read(one));
        } catch (WrongValueException e) {
          String message = "item " + (items.size() + 1) + " " + e.getMessage();
          throw new WrongValueException(message, e.origin());
        }
      }
      if (items.isEmpty() && !emptyAllowed) {
        throw new WrongValueException(
            "must be " + ScalarTypes.wanted(this) + ", but is an empty list", value);
      }
      return List.copyOf(items);
    }

    @Override
    public Object plain(List<T> value) {
      return value.stream().map(item::plain).toList();
    }
  }

  /** A map from names, kept in lower case, to one kind of value. */
  record NamesTo<T>(SettingType<T> item, String values) implements SettingType<Map<String, T>> {
    @Override
    public Map<String, T> read(ConfigValue value) throws WrongValueException {
      Map<String, T> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        String name = entry.getKey().strip().toLowerCase(Locale.ROOT);
        entries.put(name, readEntry(entry.getKey(), entry.getValue(), item));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Object plain(Map<String, T> value) {
      Map<String, Object> plain = new TreeMap<>();
      value.forEach((name, one) -> plain.put(name, item.plain(one)));
      return plain;
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  /** A map from token ids, in their order, to one kind of value. */
  record TokensTo<T>(SettingType<T> item, String values) implements SettingType<Map<Integer, T>> {
    @Override
    public Map<Integer, T> read(ConfigValue value) throws WrongValueException {
      Map<Integer, T> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        String id = entry.getKey().strip();
        if (!id.matches("\\d{1,9}")) {
          throw new WrongValueException(
              "must be " + ScalarTypes.wanted(this) + ", but '" + id + "' is no token id", value);
        }
        entries.put(Integer.valueOf(id), readEntry(id, entry.getValue(), item));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Object plain(Map<Integer, T> value) {
      Map<String, Object> plain = new LinkedHashMap<>();
      value.forEach((id, one) -> plain.put(id.toString(), item.plain(one)));
      return plain;
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  /** A map from names to text; the names may hold dots. */
  record DottedTexts(String values) implements SettingType<Map<String, String>> {
    private static final ScalarTypes.Text TEXT = new ScalarTypes.Text("text", true);

    @Override
    public Map<String, String> read(ConfigValue value) throws WrongValueException {
      Map<String, String> entries = new TreeMap<>();
      for (Map.Entry<String, ConfigValue> entry : entries(value, this).entrySet()) {
        entries.put(entry.getKey(), readEntry(entry.getKey(), entry.getValue(), TEXT));
      }
      return Collections.unmodifiableMap(entries);
    }

    @Override
    public Object plain(Map<String, String> value) {
      return value;
    }

    @Override
    public Keys keys() {
      return Keys.JOINED;
    }
  }

  /** A map from names to anything that JSON knows; entries that are null are left out. */
  record AnyValues(String values) implements SettingType<Map<String, Object>> {
    @Override
    public Map<String, Object> read(ConfigValue value) throws WrongValueException {
      Map<String, Object> entries = new LinkedHashMap<>();
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
    public Object plain(Map<String, Object> value) {
      return value;
    }

    @Override
    public Keys keys() {
      return Keys.ONE_LEVEL;
    }
  }

  private static ConfigObject entries(ConfigValue value, SettingType<?> type)
      throws WrongValueException {
    if (value instanceof ConfigObject object) {
      return object;
    }
    throw ScalarTypes.wrong(type, value);
  }

  private static <T> T readEntry(String name, ConfigValue value, SettingType<T> item)
      throws WrongValueException {
    try {
      return item.read(value);
    } catch (WrongValueException e) {
      throw new WrongValueException("'" + name + "' " + e.getMessage(), e.origin());
    }
  }
}
