package io.turnmill.job.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checked values of all settings, given or default. */
final class Values {
  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /** A value that nobody gave. */
  <T> void put(Setting<T> setting, T value) {
    values.put(setting, value);
  }

  /** A value that somebody gave. */
  <T> void putGiven(Setting<T> setting, T value) {
    put(setting, value);
    given.add(setting.key());
  }

  /** Keys of the settings whose values somebody gave. */
  Set<String> given() {
    return given;
  }

  @SuppressWarnings("unchecked") // put() ties the type of a value to its setting
  <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalStateException("no value for " + setting.key());
    }
    return (T) value;
  }
}
