package io.turnmill.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Which decoder a bench runs. */
final class DecoderModel {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "A folder, or qwen2-0.5b or qwen2-1.5b: random weights of that shape (1 or 3 GB, kept).")
  private String name;

  String name() {
    return name;
  }

  /**
   * The folder; that of a shape is written unless it is there.
   *
   * @param root where paths are taken from
   * @param kept where the folders of shapes lie
   */
  Path folder(Path root, Path kept) throws IOException {
    return RandomModel.folder(name, root, kept);
  }
}
