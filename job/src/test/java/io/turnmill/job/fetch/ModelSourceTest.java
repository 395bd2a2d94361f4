package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listing of a folder becomes. */
class ModelSourceTest {
  @TempDir Path temp;

  @Test
  void onlyAddressesOfOtherFileSystemsAreFetched() {
    assertThat(List.of("s3a://bucket/m", "hdfs:/m", "hdfs://n:8020/m", "abfss://c@a/m"))
        .allMatch(ModelSource::isRemote);
    assertThat(List.of("/models/m", "m", "./m", "file:/m", "file:///m", "FILE:/m", "C:/m", "a:b"))
        .noneMatch(ModelSource::isRemote);
  }

  @Test
  void theKeyIsThatOfPlaceAndStateAndTravels() throws Exception {
    PublishedModel model = PublishedModel.in(temp.resolve("m"), "source", 1);
    ModelSource source = model.source();
    assertThat(source.key()).matches("[0-9a-f]{64}").isEqualTo(model.source().key());
    assertThat(source.sizeBytes()).isEqualTo(PublishedModel.ALL);
    assertThat(source.files())
        .extracting(SourceFile::path)
        .containsExactly(
            "1_Pooling/config.json", "config.json", "model.safetensors", "tokenizer.json");

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(source);
    }
    Files.write(model.path().resolve("tokenizer.json"), new byte[3]);
    assertThat(model.source().key()).isNotEqualTo(source.key());
  }

  @Test
  void aNewPasswordIsNoNewPlaceButAnotherContainerIs() {
    List<SourceFile> files = List.of(new SourceFile("config.json", 1, 1, ""));
    List<String> keys =
        Stream.of("x://me:one@b/m", "x://me:two@b/m", "x://other@b/m", "x://b/m")
            .map(uri -> new ModelSource(uri, files, List.of()).key())
            .toList();
    assertThat(keys.get(1)).isEqualTo(keys.get(0));
    assertThat(keys).containsOnlyOnce(keys.get(2), keys.get(3));
  }

  @Test
  void onlyFoldersThatCanMatterAreLookedInto() throws IOException {
    PublishedModel model = PublishedModel.in(temp.resolve("m"), "folders", 1);
    Files.createDirectories(model.path().resolve("onnx"));
    List<String> listed = new ArrayList<>();
    model.faults().listing =
        listing -> {
          listing.forEach(status -> listed.add(status.getPath().getParent().getName()));
          return listing;
        };
    model.source();
    assertThat(listed).contains("m", "1_Pooling").doesNotContain("onnx");
  }

  @Test
  void aListingThatLeadsOutOfTheFolderIsRefused() throws IOException {
    PublishedModel model = PublishedModel.in(temp.resolve("m"), "evil", 1);
    for (String path : List.of("/etc/config.json", model.path() + "-other/config.json")) {
      model.faults().listing = listing -> List.of(file("teststore://evil" + path));
      assertThatThrownBy(model::source)
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("lie outside of it");
    }
  }

  @Test
  void pathsThatCannotBeWrittenSafelyAreRefused() {
    for (String path : List.of("../a", "a/../b", "/a", "a//b", "a/", ".", "", "a/./b")) {
      assertThatThrownBy(() -> new SourceFile(path, 1, 1, ""))
          .as(path)
          .isInstanceOf(SetupException.class);
    }
    for (String path : List.of("a\nb", "a\u0000b", "a\\b", "a\u001b[2J")) {
      assertThatThrownBy(() -> new SourceFile(path, 1, 1, ""))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("control characters");
    }
  }

  @Test
  void aFolderThatIsNotThereOrIsNone() throws IOException {
    PublishedModel model = PublishedModel.in(temp.resolve("m"), "none", 1);
    assertThatThrownBy(() -> ModelSource.list(model.uri() + "x", new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("/mx: no such folder. A model is a folder with config.json");
    assertThatThrownBy(() -> ModelSource.list(model.uri() + "/config.json", new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("config.json: is a file, not a folder.");
  }

  @Test
  void aFileSystemThatIsNotOnTheClassPathIsNamedWithItsJar() {
    assertThatThrownBy(() -> ModelSource.list("abfss://me:hidden@bucket/m", new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(
            "abfss://***@bucket/m: nothing on the class path serves abfss: paths.")
        .hasMessageContaining("Add org.apache.hadoop:hadoop-azure:3.")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> ModelSource.list("s3://bucket/m", new Configuration()))
        .hasMessageContaining("Write s3a: instead.");
    assertThatThrownBy(() -> ModelSource.list("nosuch://x/m", new Configuration()))
        .hasMessageContaining("nothing on the class path serves nosuch: paths.");
  }

  private static FileStatus file(String path) {
    return new FileStatus(1, false, 1, 1, 1, new org.apache.hadoop.fs.Path(path));
  }
}
