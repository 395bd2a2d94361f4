package io.turnmill.job.read;

import io.turnmill.job.config.CheckConfig.BadFile;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.rows.EntryRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The user's archive: its files, which are listed once, and their records as rows. */
public final class Archive {
  /** About this many files, or tasks, are read to see what an archive holds. */
  private static final int HEADS = 64;

  private static final int HEAD_RECORDS = 20;

  private final SparkSession spark;
  private final InputConfig input;
  private final Configuration conf;
  private final List<InputFile> files;
  private final LostFiles lost;

  private Archive(
      SparkSession spark,
      InputConfig input,
      Configuration conf,
      List<InputFile> files,
      LostFiles lost) {
    this.spark = spark;
    this.input = input;
    this.conf = conf;
    this.files = files;
    this.lost = lost;
  }

  /** Lists the files of an archive. A file that cannot be read will end the run. */
  public static Archive open(SparkSession spark, InputConfig input) {
    return open(spark, input, BadFile.FAIL);
  }

  /**
   * Lists the files. Nothing is read except the first bytes of some files whose names do not tell
   * their format.
   *
   * @throws InputException naming every path that cannot be used
   */
  public static Archive open(SparkSession spark, InputConfig input, BadFile badFile) {
    Configuration conf =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).hadoopConfiguration();
    return of(spark, input, InputFiles.list(conf, input), badFile);
  }

  /** An archive of files that are listed already. */
  static Archive of(SparkSession spark, InputConfig input, List<InputFile> files, BadFile badFile) {
    Configuration conf =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).hadoopConfiguration();
    return new Archive(spark, input, conf, files, LostFiles.none(spark.sparkContext(), badFile));
  }

  /**
   * The same archive, which knows the files that earlier readings have found to be lost. When a
   * session is put together, it must be known whether it has a record in such a file. So the result
   * of a reading is void if {@link #hasLostMore}, and all records are read again.
   */
  public Archive withLostFiles() {
    return new Archive(spark, input, conf, files, lost.withFound());
  }

  /** Whether readings have found lost files that this archive does not know yet. */
  public boolean hasLostMore() {
    return !lost.known().keySet().containsAll(lost.withFound().known().keySet());
  }

  public boolean hasLostFiles() {
    return lostFiles() > 0;
  }

  /** How many files are known to be lost. */
  public int lostFiles() {
    return lost.known().size();
  }

  /**
   * The share of the text that is in files known to be lost, by their bytes: from 0 to 1. An empty
   * file counts as one byte.
   */
  public double lostShare() {
    Set<String> gone = lost.known().keySet();
    long bytes = weight(files.stream().filter(file -> gone.contains(file.uri())));
    return bytes == 0 ? 0 : (double) bytes / weight(files.stream());
  }

  private static long weight(Stream<InputFile> files) {
    return files.mapToLong(file -> Math.max(1, file.textBytes())).sum();
  }

  /** The address of each file, with its file system, in order. */
  public List<String> files() {
    return files.stream().map(InputFile::uri).toList();
  }

  /** One line for each file, in order: its address, size, and version (ETag or time of change). */
  public List<String> listing() {
    return files.stream()
        .map(file -> file.uri() + " " + file.length() + " " + file.version())
        .toList();
  }

  public int fileCount() {
    return files.size();
  }

  /** About how many bytes the records have, decompressed. */
  public long textBytes() {
    return files.stream().mapToLong(InputFile::textBytes).sum();
  }

  /** How many tasks can run at once, as far as Spark knows now. */
  public int slots() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
  }

  /**
   * The records, and the sizes of the tasks that read them.
   *
   * @param entries one row for each record, as {@link EntryRows} describes them, read when they are
   *     asked for
   * @param taskBytes about how many bytes the records of each partition of {@code entries} have,
   *     decompressed; the partitions are in the order of the input
   */
  public record Reading(Dataset<Row> entries, List<Long> taskBytes) {
    public Reading {
      taskBytes = List.copyOf(taskBytes);
    }
  }

  /** One row for each record, as {@link EntryRows} describes them, read when they are asked for. */
  public Dataset<Row> entries() {
    return reading().entries();
  }

  /** The records, cut into tasks for the number of slots that there are now. */
  public Reading reading() {
    List<List<Split>> tasks = Splits.tasks(files, Splits.targetBytes(files, slots()));
    return new Reading(
        entries(read(tasks)),
        tasks.stream().map(task -> task.stream().mapToLong(Split::textBytes).sum()).toList());
  }

  /** The first records of some files from all over the archive. */
  public Dataset<Row> heads() {
    int step = Math.max(1, files.size() / HEADS);
    List<List<Split>> tasks =
        IntStream.iterate(0, file -> file < files.size(), file -> file + step)
            .mapToObj(file -> List.of(files.get(file).whole()))
            .toList();
    return entries(read(tasks).mapPartitions(Archive::head));
  }

  /**
   * Beginnings of texts of good messages from all over the archive. They are cut on the executors.
   *
   * @param characters about how many characters in all; some texts are cut, and most are left out
   */
  public List<String> texts(int characters) {
    List<List<Split>> tasks = Splits.tasks(files, Splits.targetBytes(files, slots()));
    int step = Math.max(1, tasks.size() / HEADS);
    List<List<Split>> some =
        IntStream.iterate(0, task -> task < tasks.size(), task -> task + step)
            .mapToObj(tasks::get)
            .toList();
    int ofEach = characters / Math.max(1, some.size());
    return entries(read(some))
        .mapPartitions(new TextSample(ofEach), Encoders.STRING())
        .collectAsList();
  }

  private static Iterator<Row> head(Iterator<Row> records) {
    List<Row> head = new ArrayList<>();
    while (head.size() < HEAD_RECORDS && records.hasNext()) {
      head.add(records.next());
    }
    return head.iterator();
  }

  private JavaRDD<Row> read(List<List<Split>> tasks) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(tasks, Math.max(1, tasks.size()))
        .mapPartitions(new ReadSplits(input, new HadoopConf(conf), lost));
  }

  private Dataset<Row> entries(JavaRDD<Row> rows) {
    return spark.createDataFrame(rows, EntryRows.SCHEMA);
  }
}
