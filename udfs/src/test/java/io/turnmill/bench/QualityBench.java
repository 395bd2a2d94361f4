package io.turnmill.bench;

import io.turnmill.bench.Conversations.Conversation;
import io.turnmill.model.LinearKernel;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Int8HeadScores;
import io.turnmill.torch.PassScores;
import io.turnmill.torch.Precision;
import io.turnmill.torch.TokenScores;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What precisions and int8 do to the scores of a model: perplexity over whole sessions, every token
 * counted, and the distance of the scores from those in float32. Tables in Markdown.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java @submit/jvm.options -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     io.turnmill.bench.QualityBench samples/models/chat-mini samples/sessions
 * </pre>
 *
 * The second argument may be any folder of sessions in formats of {@code samples/FORMAT.md}.
 * Figures do not depend on the machine's load; they do, in the last digits, on its processor.
 */
public final class QualityBench {
  /** Sessions of one pass, where those are several. */
  private static final int COMPANY = 8;

  private QualityBench() {}

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

  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[0]);
    List<Conversation> all;
    try (SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      all = Conversations.ofFolder(Path.of(args[1]), model, file -> records(spark, file));
    }
    int longest = all.stream().mapToInt(c -> c.ids().size()).max().orElseThrow();
    ModelFolder folder = ModelFolder.open(model);
    List<Variant> variants = variants(folder, longest);
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
      for (LinearKernel kernel :
          List.of(
              LinearKernel.PREPACKED_INT8,
              LinearKernel.PREPACKED_INT8_REDUCED,
              LinearKernel.MATMUL_INT8)) {
        variants.add(pass(folder, precision, kernel, longest, false));
      }
    }
    for (LinearKernel kernel : List.of(LinearKernel.PREPACKED_INT8, LinearKernel.MATMUL_INT8)) {
      variants.add(pass(folder, Precision.FLOAT32, kernel, longest, true));
    }
    for (LinearKernel kernel :
        List.of(LinearKernel.PLAIN, LinearKernel.MATMUL_INT8, LinearKernel.PREPACKED_INT8)) {
      TorchOptions options = options(Precision.FLOAT32, kernel);
      variants.add(
          new Variant(
              name(options) + ", output layer in int8 too",
              Int8HeadScores.load(folder, options),
              false));
    }
    return variants;
  }

  private static Variant pass(
      ModelFolder folder, Precision precision, LinearKernel kernel, int longest, boolean together) {
    TorchOptions options = options(precision, kernel);
    return new Variant(
        name(options) + (together ? ", %d sessions a pass".formatted(COMPANY) : ""),
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
    System.out.println(
        "| computed in | perplexity | greatest error of a score | mean error | other greedy token |"
            + " mean KL, nats |");
    System.out.println("|---|---|---|---|---|---|");
    measured.forEach(
        (name, of) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.4f | %.3f | %.4f | %.2f %% | %.6f |%n",
                name,
                of.perplexity(),
                of.greatestError(),
                of.meanError(),
                100 * of.otherGreedyShare(),
                of.meanKl()));
  }
}
