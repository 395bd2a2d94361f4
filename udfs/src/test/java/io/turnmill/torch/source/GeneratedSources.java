package io.turnmill.torch.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ModelSpec;
import io.turnmill.model.ScriptedSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The TorchScript source of every tiny model with every kernel. What is kept of it in {@code
 * golden/source} shows a change of the source as a diff: whole texts of each model with its plain
 * kernels and of {@value #WIDEST} with all of them, and for every other combination a SHA-256.
 *
 * <p>{@link #main} writes the folder anew.
 */
final class GeneratedSources {
  static final Path FOLDER = Path.of("src/test/resources/golden/source");

  /** In the folder: digest and name of every source, one a line. */
  static final String DIGESTS = "digests.txt";

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** It has every bias. */
  private static final String WIDEST = "llama-biases-gelu";

  private final SortedMap<String, String> all = new TreeMap<>();
  private final SortedMap<String, String> kept = new TreeMap<>();

  private GeneratedSources() {
    models("decoders").forEach(this::addDecoder);
    models("encoders").forEach(this::addEncoder);
    models("torchscript").forEach(this::addEncoder);
    add("weights", WeightsSource.text(), true);
    add("sampler", SamplerSource.text(), true);
  }

  /** Text by file name of the sources that are kept whole. */
  static SortedMap<String, String> kept() {
    return new GeneratedSources().kept;
  }

  /** Lines of {@link #DIGESTS}. */
  static List<String> digests() {
    return new GeneratedSources()
        .all.entrySet().stream()
            .map(source -> digest(source.getValue()) + " " + source.getKey())
            .toList();
  }

  private static SortedMap<String, ModelSpec> models(String group) {
    try (Stream<Path> folders = Files.list(GOLDEN.resolve(group))) {
      return folders
          .filter(Files::isDirectory)
          .collect(
              Collectors.toMap(
                  folder -> String.valueOf(folder.getFileName()),
                  folder -> ModelFolder.open(folder.resolve("model")).spec(),
                  (one, other) -> one,
                  TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addDecoder(String name, ModelSpec spec) {
    for (LinearKernel linear : LinearKernel.values()) {
      for (AttentionKernel attention : AttentionKernel.values()) {
        boolean plain = linear == LinearKernel.PLAIN && attention == AttentionKernel.BLOCKS;
        boolean oneOfTwo = linear == LinearKernel.PLAIN || attention == AttentionKernel.BLOCKS;
        boolean gpu = linear == LinearKernel.MERGED && attention == AttentionKernel.FLASH;
        add(
            String.join("_", name, linear.name(), attention.name()),
            DecoderSource.of((DecoderSpec) spec, linear, attention),
            plain || (name.equals(WIDEST) && (oneOfTwo || gpu)));
      }
    }
  }

  private void addEncoder(String name, ModelSpec spec) {
    if (spec instanceof ScriptedSpec scripted) {
      add("torchscript-" + name + "_head", PoolingSource.of(scripted), true);
      return;
    }
    EncoderSpec encoder = (EncoderSpec) spec;
    add(name + "_head", PoolingSource.of(encoder), true);
    if (encoder.blocks() instanceof EncoderSpec.Causal causal) {
      addDecoder(name, causal.decoder());
      return;
    }
    for (LinearKernel linear : LinearKernel.values()) {
      add(
          name + "_" + linear.name(),
          EncoderSource.of(encoder, linear),
          linear == LinearKernel.PLAIN);
    }
  }

  private void add(String name, String source, boolean whole) {
    all.put(name, source);
    if (whole) {
      kept.put(name + ".torchscript", source);
    }
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code golden/source} anew, in the folder of the module. */
  public static void main(String[] arguments) throws IOException {
    for (String old : fileNames()) {
      Files.delete(FOLDER.resolve(old));
    }
    for (Map.Entry<String, String> source : kept().entrySet()) {
      Files.writeString(FOLDER.resolve(source.getKey()), source.getValue());
    }
    Files.write(FOLDER.resolve(DIGESTS), digests());
  }

  /** What the folder holds, but for its {@code ORIGIN.md}. */
  static List<String> fileNames() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      files.map(file -> String.valueOf(file.getFileName())).forEach(names::add);
    }
    names.remove("ORIGIN.md");
    return names;
  }
}
