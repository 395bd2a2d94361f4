package io.turnmill.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The safetensors files of a folder, one or many, as one table of tensors. */
final class WeightFiles {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** This many names stand in a message; the rest is counted. */
  private static final int NAMED = 5;

  private final Path folder;
  private final List<Safetensors> files;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private WeightFiles(Path folder, List<Safetensors> files) {
    this.folder = folder;
    this.files = new ArrayList<>(files);
    for (Safetensors file : files) {
      for (StoredTensor tensor : file.tensors()) {
        StoredTensor other = tensors.put(tensor.name(), tensor);
        if (other != null) {
          throw new ModelException(
              "%s: tensor %s is in %s and in %s."
                  .formatted(
                      folder,
                      tensor.name(),
                      other.file().getFileName(),
                      tensor.file().getFileName()));
        }
      }
    }
  }

  /** No files: the weights of the model are not in safetensors files. */
  static WeightFiles none(Path folder) {
    return new WeightFiles(folder, List.of());
  }

  static boolean presentIn(Path folder) {
    return Files.exists(folder.resolve(SINGLE)) || Files.exists(folder.resolve(INDEX));
  }

  /** Whether there are weights as torch pickles them. */
  static boolean onlyPickled(Path folder) {
    return Files.exists(folder.resolve("pytorch_model.bin"))
        || Files.exists(folder.resolve("pytorch_model.bin.index.json"));
  }

  /**
   * @param modules folders inside that have a {@code model.safetensors} of their own
   */
  static WeightFiles open(Path folder, List<String> modules) {
    Path single = folder.resolve(SINGLE);
    WeightFiles files =
        Files.exists(single)
            ? new WeightFiles(folder, List.of(Safetensors.read(single)))
            : sharded(folder, folder.resolve(INDEX));
    modules.forEach(files::addModule);
    return files;
  }

  private void addModule(String module) {
    Path file = folder.resolve(module).resolve(SINGLE);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "%s: missing %s/%s. Fetch the whole folder.".formatted(folder, module, SINGLE));
    }
    Safetensors weights = Safetensors.read(file);
    files.add(weights);
    for (StoredTensor tensor : weights.tensors()) {
      tensors.put(module + "/" + tensor.name(), tensor);
    }
  }

  private static WeightFiles sharded(Path folder, Path index) {
    Map<String, String> fileOf = Json.readStrings(index, "weight_map");
    TreeSet<String> names = new TreeSet<>(fileOf.values());
    if (names.isEmpty()) {
      throw new ModelException(index + ": has no weight_map. Fetch it again.");
    }
    for (String name : names) {
      if (!name.matches("[\\w.-]+\\.safetensors")) {
        throw new ModelException(index + ": names a file that is no safetensors file beside it.");
      }
    }
    List<String> missing =
        names.stream().filter(name -> !Files.exists(folder.resolve(name))).toList();
    if (!missing.isEmpty()) {
      throw new ModelException(
          "%s: missing %s, which %s names. Fetch the folder again."
              .formatted(folder, listed(missing), INDEX));
    }
    List<Safetensors> files = new ArrayList<>();
    names.forEach(name -> files.add(Safetensors.read(folder.resolve(name))));
    WeightFiles weights = new WeightFiles(folder, files);
    fileOf.forEach(
        (tensor, name) -> {
          StoredTensor stored = weights.tensors.get(tensor);
          if (stored == null || !stored.file().endsWith(name)) {
            throw new ModelException(
                "%s: tensor %s is not in %s, where it says. Fetch the folder again."
                    .formatted(index, tensor, name));
          }
        });
    return weights;
  }

  /** Lets {@code name} stand for the tensor {@code other}, whatever was stored under it. */
  void alias(String name, String other) {
    if (tensors.containsKey(other)) { // else the check finds it missing
      tensors.put(name, tensors.get(other));
    }
  }

  List<Safetensors> files() {
    return files;
  }

  StoredTensor get(Weight weight) {
    return weight.of(tensors.get(weight.storedName()));
  }

  /** Names of all tensors. */
  Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * Refuses missing, superfluous and misshapen tensors, and types that cannot be read.
   *
   * @param harmless whether a tensor that is not needed changes no result
   * @return names of those that are not used
   */
  List<String> check(List<Weight> needed, Predicate<String> harmless) {
    Set<String> names =
        needed.stream()
            .map(Weight::storedName)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> problems = new ArrayList<>();
    List<String> missing = names.stream().filter(name -> !tensors.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      problems.add("missing " + listed(missing));
    }
    Map<Boolean, List<String>> others =
        tensors.keySet().stream()
            .filter(name -> !names.contains(name))
            .collect(Collectors.partitioningBy(harmless));
    List<String> superfluous = others.get(false);
    if (!superfluous.isEmpty()) {
      problems.add("not of this architecture: " + listed(superfluous));
    }
    List<String> misfits =
        needed.stream()
            .filter(weight -> tensors.containsKey(weight.storedName()))
            .map(weight -> misfit(weight, tensors.get(weight.storedName())))
            .filter(problem -> !problem.isEmpty())
            .distinct()
            .toList();
    if (!misfits.isEmpty()) {
      problems.add(listed(misfits));
    }
    if (!problems.isEmpty()) {
      throw new ModelException(
          "%s: the weights do not fit config.json: %s. Check that both are of the same model."
              .formatted(folder, String.join("; ", problems)));
    }
    return others.get(true);
  }

  private static String misfit(Weight weight, StoredTensor stored) {
    if (!stored.type().readable()) {
      return "%s is stored as %s (supported: F32, F16, BF16)"
          .formatted(weight.storedName(), stored.type());
    }
    return stored.shape().equals(weight.storedShape())
        ? ""
        : "%s is %s, not %s".formatted(weight.storedName(), stored.shape(), weight.storedShape());
  }

  static String listed(List<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    int more = names.size() - NAMED;
    return more > 0 ? String.format(Locale.ROOT, "%s and %d more", first, more) : first;
  }
}
