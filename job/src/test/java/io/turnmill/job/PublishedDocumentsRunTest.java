package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.QuotingModelLoader;
import io.turnmill.job.testing.QuotingModelLoader.AskedOnce;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Published contracts, novels, PDF and Word files through the whole job, with a model that answers
 * with a quotation of each chunk.
 */
@SharedData.Needed
@Tag("slow")
class PublishedDocumentsRunTest {
  @TempDir Path folder;

  private List<Row> run(String output) {
    JobForTests job = new JobForTests(folder.resolve(output), QuotingModelLoader::new);
    ExitCode code =
        job.run(
            "--set=documents.paths=[" + SharedData.path("documents_train") + "]",
            "--set=task.kind=extract",
            "--set=extract.questions={ what = \"What?\" }",
            "--set=output.buckets=8",
            "--set=spark.master=local[2]",
            "--set=limits.max_rejected_share=1");
    assertThat(code).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(folder.resolve(output).resolve("_turnmill/work")).doesNotExist();
    return SparkForTests.any()
        .read()
        .parquet(folder.resolve(output).resolve("documents").toString())
        .collectAsList();
  }

  @Test
  void eachChunkIsAskedOnceAndEachPlaceLeadsBackToTheVeryText() throws IOException {
    QuotingModelLoader.takeAsked();
    List<Row> documents = run("out");

    List<Long> keys = QuotingModelLoader.takeAsked().stream().map(AskedOnce::key).toList();
    assertThat(keys).hasSize(chunks(documents)).doesNotHaveDuplicates();
    int answers = 0;
    int withPlace = 0;
    for (Row document : documents) {
      String text = checkedText(document);
      for (Row answer : structs(document, "answers")) {
        answers++;
        withPlace += checkPlace(answer, document, text) ? 1 : 0;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d documents, %d chunks, %d answers, %d of them with a place%n",
        documents.size(),
        chunks(documents),
        answers,
        withPlace);
    assertThat(withPlace).isGreaterThan((int) (0.9 * answers));

    assertKilledTaskIsDoneAgainAlone(documents, Set.copyOf(keys));
  }

  /** A task is killed in the middle: the next attempt asks its chunks again, and no others. */
  private void assertKilledTaskIsDoneAgainAlone(List<Row> undisturbed, Set<Long> keys) {
    QuotingModelLoader.killTaskAfter(keys.size() / 3);
    List<Row> documents = run("killed");

    List<AskedOnce> asked = QuotingModelLoader.takeAsked();
    List<AskedOnce> deadly = asked.stream().filter(AskedOnce::isKilled).toList();
    assertThat(deadly).hasSize(1);
    long killed = deadly.get(0).attempt();
    List<AskedOnce> counting = asked.stream().filter(of -> of.attempt() != killed).toList();
    assertThat(counting).extracting(AskedOnce::key).doesNotHaveDuplicates();
    assertThat(counting.stream().map(AskedOnce::key).collect(Collectors.toSet())).isEqualTo(keys);
    assertThat(json(documents)).isEqualTo(json(undisturbed));
  }

  private static List<String> json(List<Row> rows) {
    return rows.stream().map(Row::json).sorted().toList();
  }

  private static List<Row> structs(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  private static int chunks(List<Row> documents) {
    return documents.stream().mapToInt(row -> row.<Integer>getAs("chunk_count")).sum();
  }

  /** The text that the chunks of a document make, which is that of the file where that is text. */
  private static String checkedText(Row document) throws IOException {
    String id = document.getAs("id");
    StringBuilder whole = new StringBuilder();
    for (Row chunk : structs(document, "chunks")) {
      String own = chunk.getAs("text");
      whole.append(own, own.offsetByCodePoints(0, chunk.<Integer>getAs("overlap")), own.length());
    }
    String text = whole.toString();
    assertThat(document.<String>getAs("status")).as(id).isEqualTo("ok");
    assertThat(text.codePointCount(0, text.length()))
        .as(id)
        .isEqualTo(document.<Long>getAs("characters").intValue());
    if (id.endsWith(".txt")) {
      assertThat(text.equals(Files.readString(Path.of(id.replaceFirst("^file:", "")))))
          .as(id)
          .isTrue();
    }
    for (Row chunk : structs(document, "chunks")) {
      assertThat(chunk.getAs("text").equals(at(text, chunk, "start", "end"))).as(id).isTrue();
    }
    return text;
  }

  /** Whether an answer has a place, which it has if it stands in its chunk. */
  private static boolean checkPlace(Row answer, Row document, String text) {
    String said = answer.getAs("text");
    String chunk = at(text, answer, "chunk_start", "chunk_end");
    List<Row> chunks = structs(document, "chunks");
    int first = answer.<Integer>getList(answer.fieldIndex("chunks")).get(0);
    assertThat(chunk.equals(chunks.get(first).getAs("text"))).isTrue();
    if (answer.getAs("start") == null) {
      assertThat(standsInWholeWords(said, chunk)).isFalse();
      return false;
    }
    assertThat(folded(at(text, answer, "start", "end")).equals(folded(said))).isTrue();
    assertThat(answer.<Integer>getAs("start")).isGreaterThanOrEqualTo(answer.getAs("chunk_start"));
    return true;
  }

  private static boolean standsInWholeWords(String said, String text) {
    String wordPart = "[\\p{L}\\p{N}]";
    String whole = "(?<!" + wordPart + ")" + Pattern.quote(said) + "(?!" + wordPart + ")";
    return Pattern.compile(whole).matcher(text).find();
  }

  private static String folded(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String at(String text, Row row, String start, String end) {
    int from = text.offsetByCodePoints(0, row.<Integer>getAs(start));
    return text.substring(
        from, text.offsetByCodePoints(from, row.<Integer>getAs(end) - row.<Integer>getAs(start)));
  }
}
