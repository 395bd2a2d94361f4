package io.turnmill.job.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings of one variant.
 *
 * @param name empty where a run has no variants
 * @param config all settings, with those that the variant changes; it has no variants of its own
 * @param changes what the variant changes, by key, as plain data, secrets masked
 */
public record VariantConfig(String name, JobConfig config, Map<String, Object> changes) {

  public VariantConfig {
    changes = Collections.unmodifiableMap(changes);
  }

  /** The variants of a run, in the order of their names; a single nameless one if it has none. */
  public static List<VariantConfig> of(JobConfig config) {
    if (config.variants().isEmpty()) {
      return List.of(new VariantConfig("", config, Map.of()));
    }
    List<VariantConfig> variants = new ArrayList<>();
    config.variants().forEach((name, changes) -> variants.add(variant(config, name, changes)));
    return List.copyOf(variants);
  }

  private static VariantConfig variant(JobConfig config, String name, Map<String, Object> changes) {
    Map<String, Object> values = Settings.values(config);
    values.putAll(changes);
    values.put(JobConfig.VARIANTS, Map.of());
    Set<String> given = new HashSet<>(config.given());
    given.addAll(changes.keySet());
    return new VariantConfig(
        name, Settings.config(values, given), Secrets.maskChanges(plain(changes)));
  }

  private static Map<?, ?> plain(Map<String, Object> changes) {
    return (Map<?, ?>) Setting.plain(changes);
  }
}
