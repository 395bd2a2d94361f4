package io.turnmill.job.run;

import io.turnmill.job.compare.CompareVariants;
import io.turnmill.job.models.CheckedVariant;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.report.Comparison;
import io.turnmill.job.report.Comparison.OfVariant;
import io.turnmill.job.report.Measure;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.WrittenCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** What a run says of its variants when it has ended. */
public final class VariantReport {
  private static final String SPEED = Measure.TOKENS_PER_SECOND.field();

  private final CheckedVariants variants;
  private final BucketRuns buckets;

  public VariantReport(CheckedVariants variants, BucketRuns buckets) {
    this.variants = variants;
    this.buckets = buckets;
  }

  /** Compares the variants of a run that is complete, by what it wrote. */
  public Optional<Comparison> compare(SparkSession spark, OutputFolder output, RunResult result) {
    long answered = result.totals().sessionsOk() + result.totals().sessionsFailed();
    if (!variants.areNamed() || !result.complete() || answered == 0) {
      return Optional.empty();
    }
    Comparison found = CompareVariants.of(spark, output.results().toString(), variants.names());
    List<OfVariant> timed = new ArrayList<>();
    for (int i = 0; i < found.variants().size(); i++) {
      double speed = buckets.work(i).tokensPerSecond();
      timed.add(found.variants().get(i).with(Measure.TOKENS_PER_SECOND, speed));
    }
    return Optional.of(new Comparison(timed, found.pairs()));
  }

  /** What the manifest says of the variants at the end, by field; nothing if there are none. */
  public Map<String, Object> forManifest(Optional<Comparison> comparison) {
    if (!variants.areNamed()) {
      return Map.of();
    }
    List<Map<String, Object>> told = new ArrayList<>();
    for (int i = 0; i < variants.all().size(); i++) {
      told.add(told(variants.all().get(i), i, comparison));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("variants", told);
    comparison.ifPresent(of -> fields.put("comparison", of.pairsForManifest()));
    return fields;
  }

  private Map<String, Object> told(
      CheckedVariant variant, int place, Optional<Comparison> comparison) {
    Map<String, Object> told = variant.forManifest();
    WrittenCounts written = buckets.ofVariant(place);
    told.put("ok", written.ok());
    told.put("failed", written.failed());
    told.put("failed_by_code", written.failedByCode());
    told.putAll(written.counters());
    comparison.ifPresent(
        of ->
            of.variants()
                .get(place)
                .measures()
                .forEach((measure, value) -> told.put(measure.field(), value)));
    return told;
  }

  /** Compares the variants of a run again, by what is in its output folder. */
  public static Comparison again(SparkSession spark, OutputFolder output) {
    List<String> names = new ArrayList<>();
    Map<String, Double> speeds = new LinkedHashMap<>();
    output
        .previous()
        .map(PreviousRun::variants)
        .orElse(List.of())
        .forEach(
            variant -> {
              names.add(variant.path("name").asText());
              speeds.put(variant.path("name").asText(), variant.path(SPEED).asDouble());
            });
    Comparison found = CompareVariants.of(spark, output.results().toString(), names);
    return new Comparison(
        found.variants().stream()
            .map(of -> of.with(Measure.TOKENS_PER_SECOND, speeds.getOrDefault(of.name(), 0.0)))
            .toList(),
        found.pairs());
  }
}
