package io.turnmill.job.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One setting, as a component of a record declares it (see {@link Declare}).
 *
 * @param key full name, such as {@code sampling.max_tokens}
 * @param type what it takes
 * @param defaultValue empty if it must be set
 * @param meaning one line for people
 * @param changesResults whether another value gives other results, so that it is part of the
 *     identity of a run
 * @param recommendedAs its name in a model's {@code generation_config.json}
 * @param getter finds it in the configuration tree
 */
record Setting(
    String key,
    SettingType type,
    Optional<Object> defaultValue,
    String meaning,
    boolean changesResults,
    Optional<String> recommendedAs,
    Function<JobConfig, Object> getter) {

  /** The effective value. */
  Object value(JobConfig config) {
    return getter.apply(config);
  }

  /** The effective value as plain data. */
  Object plainValue(JobConfig config) {
    return plain(value(config));
  }

  /** The default as plain data. */
  Optional<Object> plainDefault() {
    return defaultValue.map(Setting::plain);
  }

  /** As JSON knows it: text, number, flag, list or map. */
  static Object plain(Object value) {
    if (value instanceof Enum<?> choice) {
      return choice.name().toLowerCase(Locale.ROOT);
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(Setting::plain).toList();
    }
    if (value instanceof Map<?, ?> entries) {
      Map<String, Object> plain = new LinkedHashMap<>();
      entries.forEach((name, one) -> plain.put(name.toString(), plain(one)));
      return plain;
    }
    return value;
  }
}
