package io.turnmill.job.topics;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.ChunkRows;
import io.turnmill.session.Scope;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The tables of a run's topics: what each is about, and which items belong to it. */
public final class TopicTables {
  private static final StructType EXAMPLE =
      new StructType()
          .add("scope", DataTypes.StringType)
          .add("tenant", DataTypes.StringType)
          .add("id", DataTypes.StringType);

  /** What is read of the table of what the model said. */
  private static final StructType ANSWERS =
      texts("id", "summary", "status", "error_code", "error_detail", "model_fingerprint");

  private static final StructType REJECTED = texts("session_id", "code", "detail");

  private static final StructType SCHEMA =
      new StructType()
          .add("topic", DataTypes.IntegerType)
          .add("name", DataTypes.StringType)
          .add("summary", DataTypes.StringType)
          .add("status", DataTypes.StringType)
          .add("error_code", DataTypes.StringType)
          .add("error_detail", DataTypes.StringType)
          .add("sessions", DataTypes.LongType)
          .add("documents", DataTypes.LongType)
          .add("share", DataTypes.DoubleType)
          .add("examples", new ArrayType(EXAMPLE, false))
          .add("sample", DataTypes.IntegerType)
          .add("model_fingerprint", DataTypes.StringType);

  private static StructType texts(String... columns) {
    StructType texts = new StructType();
    for (String column : columns) {
      texts = texts.add(column, DataTypes.StringType);
    }
    return texts;
  }

  /**
   * Where the tables are.
   *
   * @param topics with a row for each topic
   * @param members with a row for each item
   */
  public record Target(Path topics, Path members) {}

  private final SparkSession spark;
  private final HadoopConf hadoop;
  private final RowFileWriter.Format format;

  /**
   * @param format of the files
   */
  public TopicTables(SparkSession spark, HadoopConf hadoop, RowFileWriter.Format format) {
    this.spark = spark;
    this.hadoop = hadoop;
    this.format = format;
  }

  /**
   * Writes both tables, in place of what a run that stopped may have left of them.
   *
   * @param staged the folder of what was staged of the topics
   * @param answers the table of what the model said of them
   * @param rejected the table of those that it could not be asked about
   * @param into where they go
   */
  public void write(String staged, Path answers, Path rejected, Target into) throws IOException {
    FoundTopics found = FoundTopics.read(staged, hadoop.get());
    Dataset<Row> members =
        spark.read().schema(StageTopics.MEMBERS).parquet(FoundTopics.members(staged).toString());
    members
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", format.codec())
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(into.members().toString());
    Map<Integer, Long> documents = documents(members);
    Map<Integer, Said> said = said(answers, rejected);
    Path file = new Path(into.topics(), "part-0.parquet");
    FileSystem files = file.getFileSystem(hadoop.get());
    try (RowFileWriter out = RowFileWriter.create(files, file, SCHEMA, format)) {
      for (Cluster cluster : found.clusters()) {
        int topic = cluster.number();
        if (!said.containsKey(topic)) {
          throw new IllegalStateException("A topic was not asked about. This is a bug.");
        }
        out.write(row(cluster, said.get(topic), documents.getOrDefault(topic, 0L), found.items()));
      }
    }
  }

  private static Map<Integer, Long> documents(Dataset<Row> members) {
    Map<Integer, Long> counts = new HashMap<>();
    members
        .where(
            functions
                .col("scope")
                .equalTo(Scope.DOCUMENT.wireName())
                .and(functions.col("topic").isNotNull()))
        .groupBy("topic")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getInt(0), row.getLong(1)));
    return counts;
  }

  /** What the model said of each topic, or why it did not. */
  private Map<Integer, Said> said(Path answers, Path rejected) throws IOException {
    Map<Integer, Said> said = new HashMap<>();
    rows(answers, ANSWERS).forEach(row -> said.put(number(row, "id"), Said.of(row)));
    rows(rejected, REJECTED)
        .forEach(row -> said.put(number(row, "session_id"), Said.rejected(row)));
    return said;
  }

  private static int number(Row row, String column) {
    return Integer.parseInt(row.getAs(column));
  }

  private List<Row> rows(Path table, StructType columns) throws IOException {
    return table.getFileSystem(hadoop.get()).exists(table)
        ? spark.read().schema(columns).parquet(table.toString()).collectAsList()
        : List.of();
  }

  /** What became of asking about a topic. */
  private record Said(
      Optional<TopicName> name, String status, String code, String detail, String model) {

    static Said of(Row row) {
      return new Said(
          Optional.<String>ofNullable(row.getAs("summary")).map(TopicName::of),
          row.getAs("status"),
          row.getAs("error_code"),
          row.getAs("error_detail"),
          row.getAs("model_fingerprint"));
    }

    static Said rejected(Row row) {
      return new Said(
          Optional.empty(),
          ChunkRows.STATUS_REJECTED,
          row.getAs("code"),
          row.getAs("detail"),
          null);
    }
  }

  private static Row row(Cluster cluster, Said said, long documents, long items) {
    return RowFactory.create(
        cluster.number(),
        said.name().map(TopicName::name).orElse(null),
        said.name().map(TopicName::summary).orElse(null),
        said.status(),
        said.code(),
        said.detail(),
        cluster.size() - documents,
        documents,
        (double) cluster.size() / items,
        cluster.examples().stream().map(id -> example(ItemId.of(id))).toArray(),
        cluster.sample().size(),
        said.model());
  }

  private static Row example(ItemId of) {
    return RowFactory.create(
        of.scope().wireName(), of.key().tenant().orElse(null), of.key().sessionId());
  }
}
