package io.turnmill.job.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Settings as JSON: for the manifest of a run, and for its identity. */
final class SettingsJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private SettingsJson() {}

  static String all(JobConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    Settings.ALL.forEach(setting -> values.put(setting.key(), Secrets.masked(setting, config)));
    return write(values);
  }

  /** Only what the results depend on, keys sorted: equal text means equal settings. */
  static String canonical(JobConfig config) {
    Map<String, Object> values = new TreeMap<>();
    for (Setting setting : Settings.ALL) {
      if (setting.changesResults()) {
        values.put(setting.key(), canonical(setting, config));
      }
    }
    return write(values);
  }

  /** Of what variants change, too, only what results depend on: elsewhere it is fingerprinted. */
  private static Object canonical(Setting setting, JobConfig config) {
    if (!(setting.type() instanceof VariantsType)) {
      return setting.plainValue(config);
    }
    Map<String, Object> variants = new TreeMap<>();
    config
        .variants()
        .forEach(
            (name, changes) -> {
              Map<String, Object> values = new TreeMap<>(changes);
              values.keySet().removeIf(key -> !Settings.BY_KEY.get(key).changesResults());
              variants.put(name, Setting.plain(values));
            });
    return variants;
  }

  /** What the results depend on, by key, as {@link #all} writes it. */
  static Map<String, String> results(JobConfig config) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Setting setting : Settings.ALL) {
      if (setting.changesResults()) {
        values.put(setting.key(), write(Secrets.masked(setting, config)));
      }
    }
    return values;
  }

  static String write(Object plain) {
    try {
      return MAPPER.writeValueAsString(plain);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
