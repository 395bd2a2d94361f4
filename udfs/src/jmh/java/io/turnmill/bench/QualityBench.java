package io.turnmill.bench;

import io.turnmill.model.ModelFolder;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.Conversations.Conversation;
import io.turnmill.testing.Divergence;
import io.turnmill.testing.TokenScores;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.PassScores;
import io.turnmill.torch.Precision;
import io.turnmill.torch.TorchOptions;
import io.turnmill.torch.source.LinearKernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * What precisions and int8 do to the scores of a model: perplexity over whole sessions, every token
 * counted, and the distance of the scores from those in float32. Tables in Markdown.
 *
 * <pre>
 * submit/local.sh bench quality samples/models/chat-mini
 * </pre>
 *
 * Figures do not depend on the machine's load; they do, in the last digits, on its processor.
 */
@Command(
    name = "bench quality",
    description =
        "What precisions and int8 do to the scores of a model: perplexity over whole sessions, and"
            + " the distance of the scores from those in float32.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class QualityBench implements Callable<Integer> {
  /** Sessions of one pass, where those are several. */
  private static final int COMPANY = 8;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A folder.")
  private Path model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SESSIONS",
      defaultValue = "samples/sessions",
      description =
          "A folder of sessions, in formats of samples/FORMAT.md. ${DEFAULT-VALUE} if not given.")
  private Path folder;

  /**
   * A way to compute.
   *
   * @param name what the tables show
   * @param together whether {@link #COMPANY} sessions go through one pass, else each alone
   */
  private record Variant(String name, TokenScores scores, boolean together) {
    List<float[][]> of(List<TokenIds> sessions) {
      return together
          ? scores.of(sessions)
          : sessions.stream().map(ids -> scores.of(List.of(ids)).get(0)).toList();
    }
  }

  public static void main(String[] args) {
    Bench.main(new QualityBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    ModelFolder opened = ModelFolder.open(model);
    List<Conversation> all;
    try (SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      all = Conversations.ofFolder(folder, model, file -> records(spark, file));
    }
    int longest = all.stream().mapToInt(c -> c.ids().size()).max().orElseThrow();
    List<Variant> variants = variants(opened, longest);
    Map<Boolean, Map<String, Divergence>> byLanguage = new LinkedHashMap<>();
    for (boolean chinese : new boolean[] {false, true}) {
      List<Conversation> own = all.stream().filter(c -> c.chinese() == chinese).toList();
      byLanguage.put(chinese, measure(own, variants));
      print(chinese ? "Chinese" : "English", own.size(), byLanguage.get(chinese));
    }
    Map<String, Divergence> sum = new LinkedHashMap<>();
    for (Variant variant : variants) {
      Divergence both = new Divergence();
      byLanguage.values().forEach(part -> both.add(part.get(variant.name())));
      sum.put(variant.name(), both);
    }
    print("Both", all.size(), sum);
    variants.forEach(variant -> variant.scores().close());
    return 0;
  }

  /** The records of one file, as JSON: Spark reads all the formats. */
  private static List<String> records(SparkSession spark, Path file) {
    String path = file.toString();
    if (path.endsWith(".parquet")) {
      return spark.read().parquet(path).toJSON().collectAsList();
    }
    if (path.endsWith(".csv")) {
      return spark
          .read()
          .option("header", true)
          .option("multiLine", true)
          .option("escape", "\"")
          .csv(path)
          .toJSON()
          .collectAsList();
    }
    return path.endsWith(".json")
        ? spark.read().option("multiLine", true).json(path).toJSON().collectAsList()
        : spark.read().textFile(path).collectAsList();
  }

  private static List<Variant> variants(ModelFolder folder, int longest) {
    List<Variant> variants = new ArrayList<>();
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16)) {
      variants.add(pass(folder, precision, LinearKernel.PLAIN, longest, false));
    }
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      for (LinearKernel kernel : int8Kernels()) {
        variants.add(pass(folder, precision, kernel, longest, false));
      }
    }
    for (LinearKernel kernel : int8Kernels()) {
      variants.add(pass(folder, Precision.FLOAT32, kernel, longest, true));
    }
    return variants;
  }

  /** Those that this processor computes rightly. */
  private static List<LinearKernel> int8Kernels() {
    return Stream.of(LinearKernel.values())
        .filter(LinearKernel::int8)
        .filter(kernel -> TorchOptions.fault(Precision.FLOAT32, kernel, "cpu").isEmpty())
        .toList();
  }

  private static Variant pass(
      ModelFolder folder, Precision precision, LinearKernel kernel, int longest, boolean together) {
    TorchOptions options = options(precision, kernel);
    return new Variant(
        name(options)
            + (together ? String.format(Locale.ROOT, ", %d sessions a pass", COMPANY) : ""),
        PassScores.load(folder, options, together ? COMPANY : 1, longest),
        together);
  }

  private static TorchOptions options(Precision precision, LinearKernel kernel) {
    return new TorchOptions(precision, kernel, Runtime.getRuntime().availableProcessors(), "cpu");
  }

  private static String name(TorchOptions options) {
    String precision = options.precision().name().toLowerCase(Locale.ROOT);
    return options.kernel() == LinearKernel.PLAIN
        ? precision
        : precision + ", " + options.kernel().name();
  }

  /** The first variant is the reference. */
  private static Map<String, Divergence> measure(
      List<Conversation> conversations, List<Variant> variants) {
    Map<String, Divergence> measured = new LinkedHashMap<>();
    variants.forEach(variant -> measured.put(variant.name(), new Divergence()));
    for (int from = 0; from < conversations.size(); from += COMPANY) {
      List<TokenIds> ids =
          conversations.subList(from, Math.min(conversations.size(), from + COMPANY)).stream()
              .map(Conversation::ids)
              .toList();
      List<float[][]> expected = variants.get(0).of(ids);
      for (Variant variant : variants) {
        List<float[][]> actual = variant.of(ids);
        for (int i = 0; i < ids.size(); i++) {
          measured.get(variant.name()).add(ids.get(i), actual.get(i), expected.get(i));
        }
      }
    }
    return measured;
  }

  private static void print(String language, int sessions, Map<String, Divergence> measured) {
    long tokens = measured.values().iterator().next().tokens();
    System.out.printf("%n%s: %d sessions, %d tokens%n%n", language, sessions, tokens);
    Table.head(
        "computed in",
        "perplexity",
        "greatest error of a score",
        "mean error",
        "other greedy token",
        "mean KL, nats");
    measured.forEach(
        (name, of) ->
            Table.row(
                name,
                Table.number(of.perplexity(), 4),
                Table.number(of.greatestError(), 3),
                Table.number(of.meanError(), 4),
                Table.percent(of.otherGreedyShare(), 2),
                Table.number(of.meanKl(), 6)));
  }
}
