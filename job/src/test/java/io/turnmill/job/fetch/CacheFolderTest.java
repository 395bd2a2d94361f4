package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody else may choose which model answers. */
class CacheFolderTest {
  @TempDir Path temp;

  @Test
  void aNewFolderIsForItsUserAlone() throws IOException {
    Path folder = CacheFolder.of(temp.resolve("a/b").toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(CacheFolder.of(folder.toString())).isEqualTo(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatOthersCanWriteToIsRefused() throws IOException {
    for (String permissions : new String[] {"rwxrwx---", "rwx----w-"}) {
      Path folder = Files.createDirectory(temp.resolve(permissions));
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
      assertThatThrownBy(() -> CacheFolder.of(folder.toString()))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("can be written by others (" + permissions)
          .hasMessageContaining("chmod 700");
    }
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path link =
        Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("x")));
    assertThatThrownBy(() -> CacheFolder.of(link.toString()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("a link");
  }

  @Test
  void aFileIsRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> CacheFolder.of(file.toString()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> CacheFolder.of(file.resolve("below").toString()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("model.cache_path: cannot make a folder");
  }

  @Test
  void theDefaultIsOneForAUserOnAHost() {
    assertThat(CacheFolder.byDefault("ann")).isEqualTo(Path.of("/tmp/turnmill-ann/models"));
    assertThat(CacheFolder.byDefault("../x y")).isEqualTo(Path.of("/tmp/turnmill-___x_y/models"));
  }
}
