package io.turnmill.runtime;

import io.turnmill.model.Activation;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.Rope;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.model.StoredTensor;
import io.turnmill.model.Weight;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The facts of a model's configuration and weights, in words for people. */
final class SpecFacts {
  private final ModelFolder folder;
  private final Map<String, String> facts = new LinkedHashMap<>();

  private SpecFacts(ModelFolder folder) {
    this.folder = folder;
  }

  static Map<String, String> of(ModelFolder folder) {
    SpecFacts facts = new SpecFacts(folder);
    if (folder.spec() instanceof DecoderSpec spec) {
      facts.decoder(spec);
    } else if (folder.spec() instanceof EncoderSpec spec) {
      facts.encoder(spec);
    } else if (folder.spec() instanceof ScriptedSpec spec) {
      facts.scripted(spec);
    }
    return facts.facts;
  }

  private void decoder(DecoderSpec spec) {
    facts.put("family", spec.architecture() + " (decoder: writes text)");
    weights();
    blocks(spec);
    facts.put("output layer", spec.embeddings().tied() ? "the embeddings" : "its own");
    memory();
    int bytes = TorchOptions.DEFAULTS.resolved().bytes();
    long perToken = spec.cacheElementsPerToken() * bytes;
    facts.put(
        "cache",
        text(
            "%s for each token in %s; a sequence of %,d takes %s",
            size(perToken),
            name(TorchOptions.DEFAULTS.resolved()),
            spec.maxPositions(),
            size(perToken * spec.maxPositions())));
  }

  private void blocks(DecoderSpec spec) {
    Attention attention = spec.attention();
    facts.put(
        "shape",
        text(
            "%d layers, hidden %,d, feed-forward %,d (%s)",
            spec.layers(),
            spec.hiddenSize(),
            spec.feedForward().width(),
            name(spec.feedForward().activation())));
    facts.put(
        "attention",
        text(
            "%d query heads on %d key-value heads of %d%s%s%s%s; %s",
            attention.heads(),
            attention.kvHeads(),
            attention.headDim(),
            attention.turnedDim() < attention.headDim()
                ? text(", of which %d turn", attention.turnedDim())
                : "",
            attention.inputBias() ? ", biases" : "",
            attention.headNorm() ? ", normalised heads" : "",
            spec.feedForward().bias() ? ", biases in the feed-forward part" : "",
            windows(spec)));
    facts.put(
        "positions",
        positions(spec.rope())
            + text(", up to %,d tokens", spec.maxPositions())
            + (spec.windowRope().equals(spec.rope())
                ? ""
                : "; layers with a window: " + positions(spec.windowRope())));
    facts.put("vocabulary", text("%,d rows", spec.vocabSize()));
  }

  private static String windows(DecoderSpec spec) {
    if (spec.window() == DecoderSpec.NO_WINDOW) {
      return "every layer sees the whole sequence";
    }
    List<Integer> sliding =
        IntStream.range(0, spec.layers())
            .filter(layer -> spec.windows().get(layer) > 0)
            .boxed()
            .toList();
    boolean all = sliding.size() == spec.layers();
    return text(
        "a window of %,d tokens in %s",
        spec.window(),
        all
            ? "every layer"
            : "layers " + sliding.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  private static String positions(Rope rope) {
    String base = text("rotary, base %s", number(rope.theta()));
    if (rope.scaling() instanceof Rope.Linear linear) {
      return base + ", linear scaling by " + number(linear.factor());
    }
    if (rope.scaling() instanceof Rope.Dynamic dynamic) {
      return base
          + text(
              ", dynamic NTK scaling by %s beyond %,d tokens",
              number(dynamic.factor()), dynamic.maxPositions());
    }
    if (rope.scaling() instanceof Rope.Llama3 llama3) {
      return base
          + text(
              ", llama3 scaling by %s of %,d tokens",
              number(llama3.factor()), llama3.originalMaxPositions());
    }
    if (rope.scaling() instanceof Rope.LongRope longRope) {
      return base + text(", LongRoPE beyond %,d tokens", longRope.originalMaxPositions());
    }
    if (rope.scaling() instanceof Rope.Yarn yarn) {
      return base
          + text(
              ", YaRN scaling by %s of %,d tokens",
              number(yarn.factor()), yarn.originalMaxPositions());
    }
    return base;
  }

  private void encoder(EncoderSpec spec) {
    facts.put("family", spec.architecture() + " (encoder: " + purpose(spec.head()) + ")");
    weights();
    if (spec.blocks() instanceof EncoderSpec.Causal causal) {
      blocks(causal.decoder());
    } else {
      facts.put(
          "shape",
          text(
              "%d layers, hidden %,d, feed-forward %,d (%s), %d heads of %d",
              spec.layers(),
              spec.hiddenSize(),
              spec.blocks().innerWidth(),
              name(spec.blocks().activation()),
              spec.heads(),
              spec.headDim()));
      facts.put("positions", positions(spec));
      facts.put("vocabulary", text("%,d rows", spec.vocabSize()));
    }
    head(spec.head());
    folder.unusedTensors().ifPresent(names -> facts.put("not used", names));
    memory();
  }

  private static String positions(EncoderSpec spec) {
    String most = text(", up to %,d tokens", spec.maxPositions());
    if (spec.blocks() instanceof EncoderSpec.PreNorm blocks) {
      return positions(blocks.globalRope())
          + most
          + text(
              "; all layers but 0, %d, %d … see a window of %d to either side, base %s",
              blocks.globalEvery(),
              2 * blocks.globalEvery(),
              blocks.window(),
              number(blocks.localRope().theta()));
    }
    return "learned" + most;
  }

  private static String purpose(EncoderHead head) {
    if (head instanceof Classification classification) {
      return classification.labels().size() == 1 ? "one score for a text or a pair" : "classifies";
    }
    return "embeds";
  }

  private void head(EncoderHead head) {
    if (head instanceof Classification classification) {
      facts.put("labels", String.join(", ", classification.labels()));
      facts.put("scores", name(classification.scores()));
    } else if (head instanceof Embedding embedding) {
      facts.put(
          "embedding",
          text(
              "%d numbers: %s%s%s",
              embedding.width(),
              embedding.poolings().stream()
                  .map(SpecFacts::name)
                  .collect(Collectors.joining(" and ")),
              embedding.dense().stream()
                  .map(layer -> text(", dense to %d (%s)", layer.out(), name(layer.activation())))
                  .collect(Collectors.joining()),
              embedding.normalize() ? ", of length 1" : ""));
      if (!embedding.texts().prompts().isEmpty()) {
        facts.put(
            "prompts",
            new TreeMap<>(embedding.texts().prompts()).keySet()
                + embedding.texts().defaultPrompt().map(name -> ", default " + name).orElse(""));
      }
    }
    facts.put("texts", text("cut to %,d tokens", head.texts().maxTokens()));
  }

  private void scripted(ScriptedSpec spec) {
    facts.put(
        "family",
        text("%s (encoder as TorchScript: %s)", spec.architecture(), purpose(spec.head())));
    facts.put("file", text("%s, %s", spec.file().getFileName(), size(folder.weightBytes())));
    facts.put("token types", spec.tokenTypes() ? "taken" : "not taken");
    head(spec.head());
  }

  private void weights() {
    List<StoredTensor> stored = folder.weights().stream().map(folder::stored).toList();
    String types =
        stored.stream()
            .map(tensor -> tensor.type().name())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    long files = stored.stream().map(StoredTensor::file).distinct().count();
    facts.put(
        "parameters",
        text(
            "%s, %s as %s in %,d %s",
            millions(folder.parameters()),
            size(folder.weightBytes()),
            types,
            files,
            files == 1 ? "file" : "files"));
    folder
        .adapterPath()
        .ifPresent(
            path ->
                facts.put(
                    "adapter",
                    text(
                        "%s, changes %,d tensors",
                        path,
                        folder.weights().stream()
                            .filter(weight -> folder.update(weight).isPresent())
                            .map(Weight::storedName)
                            .distinct()
                            .count())));
  }

  /** The memory of the weights in every precision, and the precision that would be chosen here. */
  private void memory() {
    Precision here = TorchOptions.DEFAULTS.resolved();
    List<String> sizes = new ArrayList<>();
    for (Precision precision : new Precision[] {Precision.FLOAT32, Precision.BFLOAT16}) {
      sizes.add(name(precision) + " " + size(bytes(precision, Quantization.NONE)));
    }
    sizes.add(text("int8 beside %s %s", name(here), size(bytes(here, Quantization.INT8))));
    facts.put("memory", String.join(", ", sizes));
    facts.put("precision", text("auto is %s on this machine's CPU", name(here)));
  }

  private long bytes(Precision precision, Quantization quantization) {
    return TorchOptions.of(precision, quantization, 1, "cpu").weightBytes(folder);
  }

  private static String name(Enum<?> value) {
    return value == Activation.GELU_TANH
        ? "gelu with tanh"
        : value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : Double.toString(value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String millions(long count) {
    return count < 10_000_000
        ? String.format(Locale.ROOT, "%,d", count)
        : String.format(Locale.ROOT, "%,.1f M", count / 1e6);
  }

  static String size(long bytes) {
    if (bytes < 10_000) {
      return String.format(Locale.ROOT, "%,d bytes", bytes);
    }
    if (bytes < 10_000_000) {
      return String.format(Locale.ROOT, "%,.0f kB", bytes / 1e3);
    }
    return bytes < 10_000_000_000L
        ? String.format(Locale.ROOT, "%,.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }
}
