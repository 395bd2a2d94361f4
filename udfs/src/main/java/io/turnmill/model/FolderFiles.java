package io.turnmill.model;

import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a published model folder are read. Repositories hold the same weights several
 * times over, for other runtimes and as pickles; a list of what is wanted keeps the rest where it
 * is. Paths are relative to the folder, their parts separated by {@code /}.
 */
public final class FolderFiles {
  private static final String SINGLE = "model.safetensors";
  private static final String ADAPTER = "adapter_model.safetensors";
  private static final Set<String> PICKLES = Set.of("pytorch_model.bin", "adapter_model.bin");

  private static final Pattern SHARD = Pattern.compile("model-[^/]*-of-[^/]*\\.safetensors");
  private static final Pattern TORCH_SCRIPT = Pattern.compile("[^./][^/]*\\.pt");
  private static final Pattern TEMPLATES = Pattern.compile("additional_chat_templates");

  /** A module of sentence-transformers, such as {@code 1_Pooling}. */
  private static final Pattern MODULE = Pattern.compile("[0-9]+_\\w+");

  private static final Set<Pattern> ALWAYS =
      Set.of(
          Pattern.compile("[^./][^/]*\\.(json|jinja)"),
          Pattern.compile("serving\\.properties"),
          Pattern.compile(Pattern.quote(ADAPTER)),
          Pattern.compile(TEMPLATES + "/[^./][^/]*\\.jinja"),
          Pattern.compile(MODULE + "/(config\\.json|model\\.safetensors)"));

  private FolderFiles() {}

  /**
   * The files to fetch: settings, tokenizer, templates and adapter; the weights in one file, or
   * else in shards; a TorchScript file only where there are no safetensors at all.
   *
   * @param relativePaths of everything that the folder holds, or at least of its own files and
   *     those of its {@link #isRead folders that are read}
   */
  public static SortedSet<String> needed(Collection<String> relativePaths) {
    SortedSet<String> needed = matching(relativePaths, FolderFiles::always);
    if (relativePaths.contains(SINGLE)) {
      needed.add(SINGLE);
    } else {
      needed.addAll(matching(relativePaths, path -> SHARD.matcher(path).matches()));
    }
    if (!holdsSafetensors(needed)) {
      needed.addAll(matching(relativePaths, path -> TORCH_SCRIPT.matcher(path).matches()));
    }
    return needed;
  }

  /**
   * The files that are never read, but whose presence {@link ModelFolder#open} explains where there
   * is nothing better: an empty file of that name says as much.
   */
  public static SortedSet<String> namedOnly(Collection<String> relativePaths) {
    return holdsSafetensors(needed(relativePaths))
        ? new TreeSet<>()
        : matching(relativePaths, PICKLES::contains);
  }

  /** Whether a folder inside of the model folder, by its name, can hold files that are needed. */
  public static boolean isRead(String folder) {
    return TEMPLATES.matcher(folder).matches() || MODULE.matcher(folder).matches();
  }

  /** Whether a folder, by its name, is a module of sentence-transformers. */
  static boolean isModule(String folder) {
    return MODULE.matcher(folder).matches();
  }

  /**
   * Whether an {@link SparseModelCopy} of a file says enough for check and fingerprint; of all
   * others, adapters among them, every byte counts.
   */
  public static boolean isOutlined(String relativePath) {
    return isSafetensors(relativePath) && !relativePath.equals(ADAPTER);
  }

  private static boolean isSafetensors(String path) {
    return path.endsWith(".safetensors");
  }

  private static boolean always(String path) {
    return ALWAYS.stream().anyMatch(pattern -> pattern.matcher(path).matches());
  }

  private static boolean holdsSafetensors(Collection<String> paths) {
    return paths.stream().anyMatch(FolderFiles::isSafetensors);
  }

  private static SortedSet<String> matching(Collection<String> paths, Predicate<String> wanted) {
    return paths.stream().filter(wanted).collect(Collectors.toCollection(TreeSet::new));
  }
}
