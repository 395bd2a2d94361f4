package io.turnmill.job.config;

import java.util.HashMap;
import java.util.Map;

/** Checked values of all settings, given or default. */
final class Values {
  private final Map<Setting<?>, Object> values = new HashMap<>();

  <T> void put(Setting<T> setting, T value) {
    values.put(setting, value);
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
