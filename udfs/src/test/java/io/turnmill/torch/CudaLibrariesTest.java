package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {
  @TempDir Path site;

  @Test
  void packagesBesideAPipInstalledPyTorchAreSearched() throws IOException {
    Path torch = Files.createDirectories(site.resolve("torch/lib"));
    Path runtime = Files.createDirectories(site.resolve("nvidia/cuda_runtime/lib"));
    Path cudnn = Files.createDirectories(site.resolve("nvidia/cudnn/lib"));
    Files.createDirectories(site.resolve("nvidia/headers/include"));
    assertThat(CudaLibraries.beside(torch.toString()))
        .contains(
            String.join(
                File.pathSeparator, torch.toString(), runtime.toString(), cudnn.toString()));
  }

  @Test
  void nothingIsSearchedWhereThereAreNone() throws IOException {
    Path torch = Files.createDirectories(site.resolve("torch/lib"));
    assertThat(CudaLibraries.beside(torch.toString())).isEmpty();
    assertThat(CudaLibraries.beside("/")).isEmpty();
    assertThat(CudaLibraries.beside(null)).isEmpty();
  }
}
