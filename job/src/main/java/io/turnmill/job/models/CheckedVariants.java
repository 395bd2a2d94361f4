package io.turnmill.job.models;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.JobConfig.VariantsMode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.config.Sha256;
import io.turnmill.job.config.VariantConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The variants of a run, whose models were checked on the driver; a run without variants has a
 * single nameless one.
 *
 * @param config the settings of the run
 * @param all the variants, in the order of their names
 */
public record CheckedVariants(JobConfig config, List<CheckedVariant> all) {
  public CheckedVariants {
    all = List.copyOf(all);
  }

  /**
   * Checks the models of all variants, without the values of their weights.
   *
   * @param sample texts of messages of the archive, from which the tokens of all are estimated
   * @throws SetupException with the problems of all variants
   */
  public static CheckedVariants check(JobConfig given, Instant startedAt, List<String> sample) {
    List<CheckedVariant> checked = new ArrayList<>();
    List<SetupException> problems = new ArrayList<>();
    for (VariantConfig variant : VariantConfig.of(given)) {
      try {
        checked.add(CheckedVariant.of(variant, startedAt, sample));
      } catch (SetupException e) {
        problems.add(variant.name().isEmpty() ? e : named(variant.name(), e));
      }
    }
    if (problems.size() == 1) {
      throw problems.get(0);
    }
    if (!problems.isEmpty()) {
      throw new SetupException(
          problems.size() + " variants cannot be asked:",
          problems.stream().map(SetupException::getMessage).toList());
    }
    boolean single = given.variants().isEmpty();
    return new CheckedVariants(single ? checked.get(0).config() : given, checked);
  }

  /**
   * The same variants in a trial.
   *
   * @param folder where the trial writes instead of the output folder
   */
  public CheckedVariants forTrial(String folder) {
    return new CheckedVariants(config.forTrial(folder), all);
  }

  private static SetupException named(String variant, SetupException e) {
    return new SetupException("variants." + variant + ": " + e.title(), e.problems());
  }

  /** Whether the run has variants at all. */
  public boolean areNamed() {
    return !config.variants().isEmpty();
  }

  /** Whether one variant alone is asked about a session. */
  public boolean areSplit() {
    return areNamed() && config.variantsMode() == VariantsMode.SPLIT;
  }

  /** The names of the variants, in order; none if the run has no variants. */
  public List<String> names() {
    return areNamed() ? all.stream().map(CheckedVariant::name).toList() : List.of();
  }

  public CheckedVariant first() {
    return all.get(0);
  }

  /** What the manifest says of the models, or of the variants, by field. */
  public Map<String, Object> forManifest() {
    return areNamed()
        ? Map.of("variants", all.stream().map(CheckedVariant::forManifest).toList())
        : first().facts();
  }

  /** A hash of the settings on which results depend, with what the models' folders recommend. */
  public String settingsIdentity() {
    if (!areNamed()) {
      return config.identity();
    }
    List<String> parts = new ArrayList<>(List.of(config.identity()));
    all.forEach(variant -> parts.add(variant.config().identity()));
    return Sha256.hex(parts);
  }

  /** The fingerprint of the model; of several models one for all of them. */
  public String fingerprint() {
    return one(CheckedVariant::fingerprint);
  }

  /** The texts of files that prompts are made with, by name; of several texts a hash of all. */
  public Map<String, String> promptFiles() {
    Map<String, String> files = new TreeMap<>();
    for (CheckedVariant variant : all) {
      for (String name : variant.model().promptFiles().keySet()) {
        files.put(name, one(of -> of.model().promptFiles().getOrDefault(name, "")));
      }
    }
    return files;
  }

  /** What all variants have in common, or a hash of what each has. */
  private String one(Function<CheckedVariant, String> part) {
    List<String> parts = all.stream().map(part).toList();
    return new LinkedHashSet<>(parts).size() == 1 ? parts.get(0) : Sha256.hex(parts);
  }

  /** What is odd about the models and the settings for them, one sentence each. */
  public List<String> warnings() {
    return told(ModelCheck::warnings);
  }

  /** What decides where replies end and how they are drawn, for the log. */
  public List<String> notes() {
    return told(ModelCheck::notes);
  }

  /** Sentences about all models; one that concerns some variants alone is told with their names. */
  private List<String> told(Function<ModelCheck, List<String>> sentences) {
    LinkedHashSet<String> told = new LinkedHashSet<>();
    for (CheckedVariant variant : all) {
      for (ModelCheck model : variant.models()) {
        for (String sentence : sentences.apply(model)) {
          told.add(sharedByAll(sentence, sentences) ? sentence : variant.name() + ": " + sentence);
        }
      }
    }
    return List.copyOf(told);
  }

  private boolean sharedByAll(String sentence, Function<ModelCheck, List<String>> sentences) {
    return all.stream()
        .allMatch(
            variant ->
                variant.models().stream()
                    .anyMatch(model -> sentences.apply(model).contains(sentence)));
  }
}
