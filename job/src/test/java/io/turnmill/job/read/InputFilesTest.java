package io.turnmill.job.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.testing.InputsForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  @TempDir Path dir;

  @Test
  void foldersAreReadWithAllFoldersInThemButNothingHidden() throws IOException {
    write("b/2.jsonl", "{}");
    write("b/c=1/1.csv", "a");
    write("b/_SUCCESS", "");
    write("b/.crc", "");
    write("b/_temporary/0/3.jsonl", "{}");
    write("b/.hidden/4.jsonl", "{}");
    assertThat(list(dir))
        .extracting(InputFile::shownName)
        .containsExactly(dir + "/b/2.jsonl", dir + "/b/c=1/1.csv");
  }

  @Test
  void aFileThatIsNamedTwiceIsReadOnce() throws IOException {
    write("1.jsonl", "{}");
    assertThat(list(dir + "/1.jsonl", dir + "/*.jsonl", dir, dir.toUri())).hasSize(1);
  }

  @Test
  void namesWithOddCharactersAreFound() throws IOException {
    write("a b%20客 [1].jsonl", "{}");
    assertThat(list(dir + "/a b%20客 [1].jsonl")).hasSize(1);
    assertThat(list(dir)).hasSize(1);
  }

  @Test
  void globsMatchFoldersOfAnyNameOnEveryLevel() throws IOException {
    write("a[1]{x}*/b 客/1.csv", "a");
    write("a[1]{x}*/c?/2.csv", "a");
    write("a[1]{x}*/c?/2.tsv", "a");
    write("d/c/3.csv", "a");
    assertThat(list(dir + "/*/*/*.csv"))
        .extracting(file -> file.shownName().substring(dir.toString().length()))
        .containsExactly("/a[1]{x}*/b 客/1.csv", "/a[1]{x}*/c?/2.csv", "/d/c/3.csv");
    assertThat(list(dir + "/{d/c,a*/b*}/?.csv")).hasSize(2);
    assertThat(list(dir + "/*/c/3.csv")).hasSize(1);
    assertThat(list(dir + "/a*")).hasSize(3);
  }

  @Test
  void relativePathsAreShownRelative() throws IOException {
    Path here = Files.createTempDirectory(Path.of("target"), "input");
    Files.writeString(here.resolve("x.jsonl"), "{}");
    assertThat(list(here, here + "/*"))
        .extracting(InputFile::shownName)
        .containsExactly(here + "/x.jsonl");
  }

  @Test
  void allPathsThatCannotBeUsedAreNamedAtOnce() throws IOException {
    Files.createDirectory(dir.resolve("empty"));
    write("notes.txt", "hello");
    assertThatThrownBy(
            () ->
                list(dir + "/none", dir + "/*.csv", dir + "/empty", dir + "/notes.txt", "x9://a/b"))
        .isInstanceOfSatisfying(
            InputException.class,
            e ->
                assertThat(e.problems())
                    .satisfiesExactly(
                        p -> assertThat(p).endsWith("/none does not exist"),
                        p -> assertThat(p).endsWith("/*.csv matches nothing"),
                        p -> assertThat(p).contains("there is no file in"),
                        p -> assertThat(p).contains("x9://a/b cannot be read"),
                        p -> assertThat(p).contains("notes.txt is told neither by its name")));
  }

  @Test
  void formatsAreToldByNameThenByFirstBytes() throws IOException {
    write("1.jsonl", "[");
    write("2.json", " \n[{}]");
    write("3.json", "{\"a\":1}\n{\"a\":2}\n");
    write("4.json", "{\n \"a\":1}");
    write("5", "{\"a\":1}\n");
    write("6", "PAR1");
    write("7.ndjson", "");
    write("8.CSV", "");
    write("9.tsv", "");
    assertThat(list(dir))
        .extracting(InputFile::format)
        .containsExactly(
            FileFormat.JSON_LINES,
            FileFormat.JSON,
            FileFormat.JSON,
            FileFormat.JSON,
            FileFormat.JSON_LINES,
            FileFormat.PARQUET,
            FileFormat.JSON_LINES,
            FileFormat.CSV,
            FileFormat.TSV);
  }

  @Test
  void largeFilesAreCutAndSmallOnesPutTogether() {
    List<InputFile> files =
        List.of(
            new InputFile("a", "a", FileFormat.JSON_LINES, InputCompression.NONE, 130L << 20, "0"),
            new InputFile("b", "b", FileFormat.JSON_LINES, InputCompression.GZIP, 300L << 20, "0"),
            new InputFile("c", "c", FileFormat.CSV, InputCompression.NONE, 10, "0"),
            new InputFile("d", "d", FileFormat.CSV, InputCompression.NONE, 10, "0"));
    long target = Splits.targetBytes(files, 2);
    assertThat(target).isEqualTo(64L << 20);
    List<List<Split>> tasks = Splits.tasks(files, target);
    assertThat(tasks).hasSize(5);
    assertThat(tasks.get(3)).extracting(Split::length).containsExactly(300L << 20);
    assertThat(tasks.get(4)).extracting(Split::uri).containsExactly("c", "d");
    assertThat(tasks.stream().flatMap(List::stream).mapToLong(Split::length).sum())
        .isEqualTo((430L << 20) + 20);
  }

  private List<InputFile> list(Object... paths) {
    return InputFiles.list(new Configuration(), InputsForTests.of(paths));
  }

  private void write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
