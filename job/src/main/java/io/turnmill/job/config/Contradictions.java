package io.turnmill.job.config;

import io.turnmill.task.TaskKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings that are right one by one and wrong together. */
final class Contradictions {
  private Contradictions() {}

  /** All but those of sampling where its values are not known before the model's folder is read. */
  static List<String> in(JobConfig config) {
    return config.variants().isEmpty() ? inOne(config) : inVariants(config);
  }

  /** A contradiction that only some variants have is told with their names. */
  private static List<String> inVariants(JobConfig config) {
    Map<String, List<String>> variantsOf = new LinkedHashMap<>();
    for (VariantConfig variant : VariantConfig.of(config)) {
      inOne(variant.config())
          .forEach(
              problem ->
                  variantsOf
                      .computeIfAbsent(problem, any -> new ArrayList<>())
                      .add(variant.name()));
    }
    List<String> found = new ArrayList<>();
    variantsOf.forEach(
        (problem, names) -> {
          if (names.size() == config.variants().size()) {
            found.add(problem);
          } else {
            names.forEach(name -> found.add("variants." + name + ": " + problem));
          }
        });
    return found;
  }

  private static List<String> inOne(JobConfig config) {
    List<String> found = new ArrayList<>();
    if (config.sampling().from() == SamplingConfig.From.TURNMILL) {
      found.addAll(inSampling(config));
    }
    EngineBudgets engine = config.engine();
    if (engine.maxNumBatchedTokens() > 0 && engine.maxNumBatchedTokens() < engine.maxNumSeqs()) {
      found.add(
          "engine.max_num_batched_tokens: "
              + engine.maxNumBatchedTokens()
              + " is less than engine.max_num_seqs, which is "
              + engine.maxNumSeqs());
    }
    found.addAll(inSample(config));
    found.addAll(PromptContradictions.in(config));
    found.addAll(folders(config));
    found.addAll(inClassify(config));
    found.addAll(inExtract(config));
    found.addAll(AskContradictions.in(config));
    found.addAll(inCascade(config));
    found.addAll(DocumentContradictions.in(config));
    config.score().fields().stream()
        .filter(field -> !config.input().carry().contains(field))
        .forEach(field -> found.add(notCarried("score.fields", field)));
    return found;
  }

  private static List<String> inClassify(JobConfig config) {
    List<String> found = new ArrayList<>();
    ClassifyConfig classify = config.classify();
    classify
        .descriptions()
        .forEach(
            (label, text) -> {
              if (!classify.labels().contains(label)) {
                found.add("classify.descriptions: " + label + " is not in classify.labels");
              } else if (!(text instanceof String)) {
                found.add("classify.descriptions: what " + label + " means must be a text");
              }
            });
    if (new HashSet<>(classify.labels()).size() < classify.labels().size()) {
      found.add("classify.labels: a label stands there twice");
    }
    if (!classify.queryField().isEmpty()
        && !config.input().carry().contains(classify.queryField())) {
      found.add(notCarried("classify.query_field", classify.queryField()));
    }
    return found;
  }

  private static List<String> inExtract(JobConfig config) {
    List<String> found = new ArrayList<>();
    ExtractConfig extract = config.extract();
    if (config.task().kind() == TaskKind.EXTRACT && extract.questions().isEmpty()) {
      found.add("extract.questions: task.kind = extract has nothing to ask");
    }
    extract
        .questions()
        .forEach(
            (name, text) -> {
              if (!(text instanceof String question) || question.isBlank()) {
                found.add("extract.questions: " + name + " must be a question in words");
              }
            });
    if (extract.nothing().codePoints().noneMatch(Character::isLetterOrDigit)) {
      found.add("extract.nothing: must have a letter or a digit");
    }
    return found;
  }

  private static List<String> inSample(JobConfig config) {
    List<String> found = new ArrayList<>();
    SampleConfig sample = config.sample();
    if (sample.by().isEmpty()) {
      return found;
    }
    if (sample.n() == 0) {
      found.add(
          "sample.by: it says for which values sample.n sessions each are taken, and sample.n is"
              + " not set");
    }
    if (sample.grouping() == SampleConfig.Grouping.FIELD
        && !config.input().carry().contains(sample.by())) {
      found.add(
          "sample.by: '"
              + sample.by()
              + "' is none of "
              + String.join(", ", SampleConfig.Grouping.names())
              + ", and no name in input.carry; add it there");
    }
    return found;
  }

  private static List<String> inCascade(JobConfig config) {
    if (!config.cascade().isSet()) {
      return List.of();
    }
    return switch (config.task().kind()) {
      case EMBED, SCORE, EXTRACT, SUMMARISE, ASK, TOPICS ->
          List.of(
              "cascade.path: task.kind = "
                  + config.task().kind().wireName()
                  + " has no confidence by which a second model could be asked");
      case CLASSIFY ->
          config.classify().multiLabel()
              ? List.of(
                  "cascade.path: with classify.multi_label there is not one score to compare with"
                      + " cascade.below")
              : List.of();
      case REPLY, REPLAY, ROLLOUT -> List.of();
    };
  }

  private static String notCarried(String setting, String field) {
    return setting + ": " + field + " is not in input.carry, so it is not read";
  }

  /** Those of values of {@code sampling.*}, as they take effect. */
  static List<String> inSampling(JobConfig config) {
    List<String> found = new ArrayList<>();
    if (!config.task().kind().writes()) {
      return found; // nothing is sampled
    }
    SamplingConfig sampling = config.sampling();
    EngineBudgets engine = config.engine();
    if (sampling.minTokens() > sampling.maxTokens()) {
      found.add(
          "sampling.min_tokens: "
              + sampling.minTokens()
              + " is more than sampling.max_tokens, which is "
              + sampling.maxTokens());
    }
    if (sampling.n() > 1 && sampling.temperature() == 0) {
      found.add(
          "sampling.n: "
              + sampling.n()
              + " replies to a prompt would all be the same, as sampling.temperature is 0");
    }
    if (engine.maxModelLen() > 0 && sampling.maxTokens() >= engine.maxModelLen()) {
      found.add(
          "sampling.max_tokens: "
              + sampling.maxTokens()
              + " leaves no room for a prompt in engine.max_model_len, which is "
              + engine.maxModelLen());
    }
    return found;
  }

  /** Input, output and cache must lie apart. */
  private static List<String> folders(JobConfig config) {
    List<String> found = new ArrayList<>();
    String output = folder(config.output().path());
    String cache = folder(config.cache().path());
    if (!cache.isEmpty() && (isIn(cache, output) || isIn(output, cache))) {
      found.add("cache.path: the cache and the output folder lie one in the other");
    }
    for (String input : config.input().paths()) {
      if (isIn(folder(input), output)) {
        found.add("output.path: the input " + input + " lies in the output folder");
      } else if (isIn(output, folder(input))) {
        found.add("output.path: the output folder lies in the input " + input);
      }
      if (!cache.isEmpty() && (isIn(cache, folder(input)) || isIn(folder(input), cache))) {
        found.add("cache.path: the cache and the input " + input + " lie one in the other");
      }
    }
    return found;
  }

  private static boolean isIn(String inner, String outer) {
    return (inner + "/").startsWith(outer + "/");
  }

  private static String folder(String path) {
    String plain = path.startsWith("./") ? path.substring(2) : path;
    return plain.endsWith("/") && plain.length() > 1
        ? folder(plain.substring(0, plain.length() - 1))
        : plain;
  }
}
