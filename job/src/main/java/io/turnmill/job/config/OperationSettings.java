package io.turnmill.job.config;

import static io.turnmill.job.config.Setting.operation;
import static io.turnmill.job.config.Setting.required;
import static io.turnmill.job.config.Setting.results;

import java.util.List;
import java.util.Map;

/** {@code output.*}, {@code cache.*}, {@code limits.*} and {@code spark.*}: how a run is made. */
final class OperationSettings {
  static final Setting<String> OUTPUT_PATH =
      required(
          "output.path",
          Types.PATH,
          "Folder for the results, on any Hadoop file system.",
          c -> c.output().path());

  static final Setting<Integer> BUCKETS =
      results(
          "output.buckets",
          new ScalarTypes.Int(0, 1_000_000),
          0,
          "Parts of the results; 0: from the size of the input.",
          c -> c.output().buckets());

  static final Setting<Boolean> OVERWRITE =
      operation(
          "output.overwrite",
          Types.FLAG,
          false,
          "Whether results of another run in the output folder may be replaced.",
          c -> c.output().overwrite());

  static final Setting<OutputConfig.Compression> COMPRESSION =
      operation(
          "output.compression",
          Types.oneOf(OutputConfig.Compression.class),
          OutputConfig.Compression.ZSTD,
          "Compression of the Parquet files.",
          c -> c.output().compression());

  static final Setting<String> REPLY_CACHE =
      operation(
          "cache.path",
          Types.OPTIONAL_PATH,
          "",
          "Folder on any Hadoop file system in which replies are kept, so that the next run computes only what is new; empty: none.",
          c -> c.cache().path());

  static final Setting<Double> MAX_FAILED_SHARE =
      operation(
          "limits.max_failed_share",
          Types.SHARE,
          0.01,
          "Largest share of sessions that may fail before the run ends with exit code 3.",
          c -> c.limits().maxFailedShare());

  static final Setting<Double> MAX_REJECTED_SHARE =
      operation(
          "limits.max_rejected_share",
          Types.SHARE,
          0.05,
          "Largest share of the sessions, or of the records and messages, that may be rejected before the run ends with exit code 3.",
          c -> c.limits().maxRejectedShare());

  static final Setting<Integer> MAX_START_SECONDS =
      operation(
          "limits.max_start_seconds",
          Types.COUNT_OR_AUTO,
          600,
          "Longest wait for the first executor of a cluster, in seconds; 0: for ever.",
          c -> c.limits().maxStartSeconds());

  static final Setting<Integer> MAX_EXECUTOR_DEATHS =
      operation(
          "limits.max_executor_deaths",
          new ScalarTypes.Int(2, 1000),
          3,
          "A session that was in flight at so many deaths of its executor fails (executor_died) and is not run again.",
          c -> c.limits().maxExecutorDeaths());

  static final Setting<Map<String, String>> SPARK =
      operation(
          "spark",
          new CollectionTypes.DottedTexts("map of Spark's own settings"),
          Map.of(),
          "Any setting of Spark under its own name, such as spark.sql.shuffle.partitions; those"
              + " given to spark-submit come first.",
          JobConfig::spark);

  static final List<Setting<?>> OUTPUT = List.of(OUTPUT_PATH, BUCKETS, OVERWRITE, COMPRESSION);
  static final List<Setting<?>> CACHE = List.of(REPLY_CACHE);
  static final List<Setting<?>> LIMITS =
      List.of(MAX_FAILED_SHARE, MAX_REJECTED_SHARE, MAX_START_SECONDS, MAX_EXECUTOR_DEATHS);

  private OperationSettings() {}

  static OutputConfig readOutput(Values values) {
    return new OutputConfig(
        values.get(OUTPUT_PATH),
        values.get(BUCKETS),
        values.get(OVERWRITE),
        values.get(COMPRESSION));
  }

  static CacheConfig readCache(Values values) {
    return new CacheConfig(values.get(REPLY_CACHE));
  }

  static LimitsConfig readLimits(Values values) {
    return new LimitsConfig(
        values.get(MAX_FAILED_SHARE),
        values.get(MAX_REJECTED_SHARE),
        values.get(MAX_START_SECONDS),
        values.get(MAX_EXECUTOR_DEATHS));
  }
}
