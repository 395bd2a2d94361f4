package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.good;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.InputsForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every name that a file system allows is read: named, in a folder, and matched by a glob. */
class FileNamesTest {
  private static final Configuration CONF = new Configuration(false);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chats_2024-05-01T10:00:00.jsonl",
        "s3a:b.jsonl",
        "a b.jsonl",
        " a.jsonl",
        "100%.jsonl",
        "a%20b+c.jsonl",
        "[ab].jsonl",
        "{a,b}.jsonl",
        "a#b.jsonl",
        "a?b=c&d.jsonl",
        "*.jsonl",
        "a\\b.jsonl",
        "a,b;c.jsonl",
        "~$'\"`!@.jsonl",
        "caf\u00e9.jsonl",
        "cafe\u0301.jsonl",
        "\u5bf9\u8bdd\ud83d\ude42.jsonl",
        "line\nfeed.jsonl"
      })
  void aFileOfAnyNameIsRead(String name) throws IOException {
    Path folder = Files.createDirectories(dir.resolve(name + " d"));
    Path file = Files.writeString(folder.resolve(name), "{\"a\":1}");
    assertThat(read(file)).containsExactly(file.toString());
    assertThat(read(folder)).containsExactly(file.toString());
    assertThat(read(dir + "/*/*")).containsExactly(file.toString());
    assertThat(read(dir + "/*/" + escaped(name))).containsExactly(file.toString());
    assertThat(read(folder + "/*")).containsExactly(file.toString());
  }

  /** The names of the files, each of which has one record. */
  private static List<String> read(Object path) throws IOException {
    List<InputFile> files;
    try {
      files = InputFiles.list(CONF, InputsForTests.of(path));
    } catch (InputException e) {
      return List.of();
    }
    List<DecodedRecord> records = new ArrayList<>();
    for (InputFile file : files) {
      try (SplitRecords split =
          new SplitRecords(file.whole(), CONF, 1000, Set.of("a"), Retry.never())) {
        split.forEachRemaining(records::add);
      }
    }
    assertThat(good(records)).hasSameSizeAs(files);
    return records.stream().map(record -> record.place().sourceFile()).toList();
  }

  private static String escaped(String name) {
    return name.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  @Test
  void aNameWithAColonNeedsNoFolderBeforeIt() throws IOException {
    Path here = Files.createTempDirectory(Path.of("").toAbsolutePath(), "in:");
    Path file = here.resolve("10:00.jsonl");
    try {
      Files.writeString(file, "{}");
      String folder = here.getFileName().toString();
      assertThat(read(folder)).containsExactly(folder + "/10:00.jsonl");
      assertThat(read(folder + "/*:*.jsonl")).containsExactly(folder + "/10:00.jsonl");
    } finally {
      Files.deleteIfExists(file);
      Files.delete(here);
    }
  }

  @Test
  void parquetAndCompressedFilesMayHaveAColonInTheirNames() throws IOException {
    ParquetForTests.messages(dir.resolve("a"), "int32 a", List.of(1));
    ArchiveWriter.gzip(dir.resolve("b"), List.of("{\"a\":1}"));
    Files.createDirectory(dir.resolve("in"));
    Files.move(dir.resolve("a"), dir.resolve("in/10:00.parquet"));
    Files.move(dir.resolve("b"), dir.resolve("in/11:00.jsonl.gz"));
    assertThat(read(dir.resolve("in"))).hasSize(2);
  }

  @Test
  void whatIsHiddenIsReadWhereAPathNamesItAndMatchedWhereAGlobDoes() throws IOException {
    Files.createDirectories(dir.resolve("in/_tmp"));
    for (String name : List.of("_a.jsonl", ".a.jsonl", "a.jsonl", "_tmp/b.jsonl")) {
      Files.writeString(dir.resolve("in/" + name), "{\"a\":1}");
    }
    assertThat(names("/in")).containsExactly("a.jsonl");
    assertThat(names("/in/*")).containsExactly("a.jsonl");
    assertThat(names("/in/?a.jsonl")).isEmpty();
    assertThat(names("/in/[!b]a.jsonl")).isEmpty();
    assertThat(names("/in/{*.jsonl,*.csv}")).containsExactly("a.jsonl");
    assertThat(names("/in/[_.]a.jsonl")).containsExactlyInAnyOrder("_a.jsonl", ".a.jsonl");
    assertThat(names("/in/_*.jsonl")).containsExactly("_a.jsonl");
    assertThat(names("/in/.a.jsonl")).containsExactly(".a.jsonl");
    assertThat(names("/in/_tmp")).containsExactly("b.jsonl");
  }

  @Test
  void aPartOfAGlobThatIsANameStandsForThatAlone() throws IOException {
    for (String name :
        List.of("run [1]/a", "run 1/b", "c[1]", "c1", "x\\*/d", "x*/e", "f*", "fg")) {
      Path file = dir.resolve("in/" + name + ".jsonl");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{\"a\":1}");
    }
    assertThat(names("/in/run [1]/*.jsonl")).containsExactly("a.jsonl");
    assertThat(names("/in/run [12]/*.jsonl")).containsExactly("b.jsonl");
    assertThat(names("/i*/c[1].jsonl")).containsExactly("c[1].jsonl");
    assertThat(names("/i*/c[12].jsonl")).containsExactly("c1.jsonl");
    assertThat(names("/i*/f*.jsonl")).containsExactly("f*.jsonl");
    assertThat(names("/in/x\\*/?.jsonl")).containsExactly("d.jsonl");
    Files.delete(dir.resolve("in/x\\*/d.jsonl"));
    Files.delete(dir.resolve("in/x\\*"));
    assertThat(names("/in/x\\*/?.jsonl")).containsExactly("e.jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run [1", "run {1", "[", "run \\", "[z-a]", "run {1,2"})
  void whatIsNoPatternMayBeAName(String name) throws IOException {
    Path file = Files.createDirectories(dir.resolve(name)).resolve(name + ".jsonl");
    Files.writeString(file, "{\"a\":1}");
    for (String path : List.of("/*.jsonl", "/*", "/?*")) {
      assertThat(read(dir + "/" + name + path)).containsExactly(file.toString());
    }
    assertThat(read(dir + "/*/" + name + ".jsonl")).containsExactly(file.toString());
  }

  @Test
  void whatIsNeitherANameNorAPatternIsNamed() throws IOException {
    Files.writeString(dir.resolve("a.jsonl"), "{}");
    assertThatThrownBy(() -> InputFiles.list(CONF, InputsForTests.of(dir + "/run [1/*.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "input.paths: %s/run [1/*.jsonl cannot be read: there is nothing of the name run [1,"
                    .formatted(dir)
                + " and as a glob it is wrong: Unclosed character class at pos 6: `run [1`");
  }

  private List<String> names(String path) throws IOException {
    return read(dir + path).stream().map(name -> name.replaceAll(".*/", "")).toList();
  }

  @Test
  void compressionsThatAreNotReadAreNamedBeforeAnythingIs() throws IOException {
    List<String> names = List.of("a.jsonl.xz", "b.JSONL.Z", "c.tar.gz", "d.zip", "e.csv.lz4");
    for (String name : names) {
      Files.writeString(dir.resolve(name), "x");
    }
    assertThatThrownBy(() -> InputFiles.list(CONF, InputsForTests.of(dir)))
        .isInstanceOfSatisfying(
            InputException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(5)
                    .contains(
                        "input.paths: %s/a.jsonl.xz cannot be read: compressed files may be .gz, .bz2 or .zst, not .xz"
                            .formatted(dir)));
  }
}
