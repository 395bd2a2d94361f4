package io.turnmill.job.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Keeps credentials out of tables, manifests and logs. */
final class Secrets {
  static final String MASK = "***";

  private static final Set<String> WORDS =
      Set.of(
          "key",
          "apikey",
          "secret",
          "password",
          "passwd",
          "passphrase",
          "token",
          "credential",
          "credentials");
  private static final Pattern USER_IN_URI = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

  private Secrets() {}

  /** The value of a setting as plain data, with what may be a credential replaced. */
  static Object masked(Setting setting, JobConfig config) {
    return masked(setting, setting.plainValue(config));
  }

  /**
   * As above.
   *
   * @param value as plain data
   */
  private static Object masked(Setting setting, Object value) {
    if (setting.type() instanceof VariantsType && value instanceof Map<?, ?> variants) {
      Map<String, Object> masked = new LinkedHashMap<>();
      variants.forEach(
          (name, changes) -> masked.put((String) name, maskChanges((Map<?, ?>) changes)));
      return masked;
    }
    // Names of described settings are known to be harmless (stop_token_ids); users' names are not.
    return setting.type().keys() == SettingType.Keys.NONE ? maskUris(value) : maskEntries(value);
  }

  /** The settings that a variant changes, each masked as it is by itself. */
  static Map<String, Object> maskChanges(Map<?, ?> changes) {
    Map<String, Object> masked = new TreeMap<>();
    changes.forEach(
        (key, value) -> masked.put((String) key, masked(Settings.BY_KEY.get(key), value)));
    return masked;
  }

  /** Whether a name of the user's own sounds like a credential. */
  static boolean soundsSecret(String name) {
    String words = name.replaceAll("([a-z0-9])([A-Z])", "$1.$2").toLowerCase(Locale.ROOT);
    return List.of(words.split("[^a-z0-9]+", -1)).stream().anyMatch(WORDS::contains);
  }

  private static Object maskEntries(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return maskUris(value);
    }
    Map<String, Object> masked = new TreeMap<>();
    map.forEach(
        (key, one) -> {
          String name = String.valueOf(key);
          masked.put(name, soundsSecret(name) ? MASK : maskEntries(one));
        });
    return masked;
  }

  private static Object maskUris(Object value) {
    if (value instanceof String text) {
      return USER_IN_URI.matcher(text).replaceAll(MASK);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Secrets::maskUris).toList();
    }
    return value;
  }
}
