package io.turnmill.job.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * One setting, described once: the parser, the checks, the lists of settings, {@code
 * conf/reference.conf} and the table of the README come from this.
 *
 * @param key full name, such as {@code sampling.max_tokens}
 * @param type what it takes
 * @param defaultValue empty if it must be set
 * @param meaning one line for people
 * @param scope whether another value gives other results
 * @param getter finds it in the configuration tree
 */
record Setting<T>(
    String key,
    SettingType<T> type,
    Optional<T> defaultValue,
    String meaning,
    Scope scope,
    Function<JobConfig, T> getter) {

  /** What depends on a setting. */
  enum Scope {
    /** The results: part of the identity of a run. */
    RESULTS,
    /** Speed, places and limits only. */
    OPERATION
  }

  static <T> Setting<T> results(
      String key, SettingType<T> type, T value, String meaning, Function<JobConfig, T> getter) {
    return new Setting<>(key, type, Optional.of(value), meaning, Scope.RESULTS, getter);
  }

  static <T> Setting<T> operation(
      String key, SettingType<T> type, T value, String meaning, Function<JobConfig, T> getter) {
    return new Setting<>(key, type, Optional.of(value), meaning, Scope.OPERATION, getter);
  }

  /** A place that the user has to name; what lies there is fingerprinted elsewhere. */
  static <T> Setting<T> required(
      String key, SettingType<T> type, String meaning, Function<JobConfig, T> getter) {
    return new Setting<>(key, type, Optional.empty(), meaning, Scope.OPERATION, getter);
  }

  /** The part before the first dot. */
  String section() {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /** The effective value as plain data. */
  Object plainValue(JobConfig config) {
    return type.plain(getter.apply(config));
  }

  /** The default as plain data. */
  Optional<Object> plainDefault() {
    return defaultValue.map(type::plain);
  }
}
