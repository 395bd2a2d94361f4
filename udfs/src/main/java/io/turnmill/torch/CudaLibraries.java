package io.turnmill.torch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where CUDA's run-time library lies when PyTorch was installed by pip: in packages beside it
 * ({@code site-packages/nvidia/cuda_runtime/lib} and so on), which the system's linker does not
 * know. PyTorch finds them by itself; DJL asks that library for GPUs and their memory, and searches
 * {@code jna.library.path}.
 */
final class CudaLibraries {
  private CudaLibraries() {}

  /**
   * A search path, that of PyTorch's own libraries first; nothing where there are no such packages.
   *
   * @param libraryPath {@code PYTORCH_LIBRARY_PATH}, may be null
   */
  static Optional<String> beside(String libraryPath) {
    if (libraryPath == null) {
      return Optional.empty();
    }
    List<String> folders = new ArrayList<>();
    for (String folder : libraryPath.split(File.pathSeparator, -1)) {
      Path torch = Path.of(folder).toAbsolutePath().getParent();
      if (torch != null && torch.getParent() != null) {
        folders.addAll(libraries(torch.resolveSibling("nvidia")));
      }
    }
    return folders.isEmpty()
        ? Optional.empty()
        : Optional.of(libraryPath + File.pathSeparator + String.join(File.pathSeparator, folders));
  }

  private static List<String> libraries(Path packages) {
    if (!Files.isDirectory(packages)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(packages)) {
      return children
          .map(child -> child.resolve("lib"))
          .filter(Files::isDirectory)
          .map(Path::toString)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // not to be read: then it is not ours to search
    }
  }
}
