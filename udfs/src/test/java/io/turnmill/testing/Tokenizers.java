package io.turnmill.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Folders with a tokenizer and its chat template, as models have them. */
public final class Tokenizers {
  /** Published ones, which are part of the shared data. */
  public static final String QWEN = "qwen2.5-instruct";

  public static final String DEEPSEEK = "deepseek-r1-distill-qwen";

  private static final Set<String> PUBLISHED = Set.of(QWEN, DEEPSEEK);
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private Tokenizers() {}

  /**
   * A folder with {@code tokenizer.json} and {@code tokenizer_config.json}: a published one where
   * it lies, one of ours written below {@code parent}.
   */
  public static Path folder(String name, Path parent) {
    if (PUBLISHED.contains(name)) {
      return SharedData.path("tokenizers").resolve(name);
    }
    try {
      Path folder = Files.createDirectories(parent.resolve(name));
      unpack(name, folder.resolve("tokenizer.json"));
      Files.copy(
          GOLDEN.resolve("prompt/" + name + ".tokenizer_config.json"),
          folder.resolve("tokenizer_config.json"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the {@code tokenizer.json} of one of our tokenizers. */
  public static void unpack(String name, Path file) throws IOException {
    Path packed = GOLDEN.resolve("tokenizers/" + name + ".tokenizer.json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(in, file);
    }
  }
}
