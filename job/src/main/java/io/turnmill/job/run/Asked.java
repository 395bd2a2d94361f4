package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.JobConfig.VariantsMode;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.AskedBuckets;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.prepare.SplitSessions;
import io.turnmill.job.rows.VariantBuckets;
import org.apache.spark.sql.SparkSession;

/**
 * The staged sessions as a run asks its variants about them.
 *
 * @param sessions the buckets of all variants
 * @param variants which of them belong to which variant
 */
public record Asked(Prepared sessions, VariantBuckets variants) {

  /** Finds out, where sessions are shared out, how many each variant has. */
  public static Asked of(SparkSession spark, Prepared staged, JobConfig config, HadoopConf hadoop) {
    VariantBuckets variants = variants(staged, config);
    return variants.split()
        ? new Asked(SplitSessions.of(spark, staged, variants, hadoop), variants)
        : new Asked(AskedBuckets.of(staged, variants), variants);
  }

  /**
   * Without Spark: where sessions are shared out, it is not known how many each bucket has, nor
   * whether it has any.
   */
  static Asked of(Prepared staged, JobConfig config) {
    VariantBuckets variants = variants(staged, config);
    return new Asked(AskedBuckets.of(staged, variants), variants);
  }

  private static VariantBuckets variants(Prepared staged, JobConfig config) {
    boolean split = config.variantsMode() == VariantsMode.SPLIT && !config.variants().isEmpty();
    return new VariantBuckets(Math.max(1, config.variants().size()), staged.bucketCount(), split);
  }
}
