package io.turnmill.job.config;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which carried fields a model is asked about, besides the messages of a session. */
public final class AskedFields {
  private AskedFields() {}

  /**
   * The names of the fields, in order; of all variants, if the run has any. What a template of the
   * settings shows of the fields is not known before it is rendered, so all of them count then.
   */
  public static List<String> of(JobConfig config) {
    Set<String> fields = new TreeSet<>();
    VariantConfig.of(config).forEach(variant -> addFields(variant.config(), fields));
    return List.copyOf(fields);
  }

  private static void addFields(JobConfig config, Set<String> fields) {
    if (config.prompt().hasMessage()) {
      fields.addAll(config.input().carry());
    }
    switch (config.task().kind()) {
      case SCORE -> fields.addAll(config.score().fields());
      case CLASSIFY -> {
        if (!config.classify().queryField().isEmpty()) {
          fields.add(config.classify().queryField());
        }
      }
      case EXTRACT, SUMMARISE, ASK ->
          fields.addAll(config.input().carry()); // their templates may show them
      case REPLY, REPLAY, ROLLOUT, EMBED, TOPICS -> {}
    }
  }
}
