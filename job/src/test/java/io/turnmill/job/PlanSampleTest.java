package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.read.Archive;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} takes to the driver of an archive's texts. */
class PlanSampleTest {
  private static final SparkSession SPARK = SparkForTests.session();
  private static final String SMILE = "\uD83D\uDE00";

  @TempDir Path folder;

  private void write(String file, List<String> texts) throws IOException {
    Files.writeString(
        folder.resolve(file),
        IntStream.range(0, texts.size())
            .mapToObj(i -> JobForTests.session(file + i, texts.get(i)))
            .collect(Collectors.joining()));
  }

  private List<String> sample(int characters) {
    return Archive.open(SPARK, InputsForTests.of(folder)).texts(characters);
  }

  @Test
  void aSampleIsBoundedHoweverLongTheTextsAreAndComesFromAllFiles() throws IOException {
    for (char file = 'a'; file <= 'e'; file++) {
      write(file + ".jsonl", List.of((file + " ").repeat(200_000), "b".repeat(100_000)));
    }
    List<String> sample = sample(20_000);
    assertThat(sample.stream().mapToInt(String::length).sum()).isBetween(10_000, 20_000);
    assertThat(sample).anyMatch(text -> text.startsWith("a a"));
    assertThat(sample).anyMatch(text -> text.startsWith("e e"));
    assertThat(sample).allMatch(text -> text.length() <= 4096);
  }

  @Test
  void shortTextsAreTakenAsTheyAre() throws IOException {
    write("a.jsonl", List.of("Hello", "Hello again"));
    assertThat(sample(1000)).containsExactly("Hello", "Hello again");
  }

  @Test
  void noCharacterIsCutInHalf() throws IOException {
    write("a.jsonl", List.of(SMILE.repeat(100)));
    assertThat(sample(9)).containsExactly(SMILE.repeat(4));
  }
}
