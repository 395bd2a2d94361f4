package io.turnmill.prompt;

import io.turnmill.testing.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;

/** With tokenizers of our own. */
class PieceGoldenTest extends PieceGoldens {
  PieceGoldenTest() {
    super(Path.of("src/test/resources/golden/prompt/pieces.jsonl.gz"));
  }

  @Override
  Path tokenizer(String name, Path folder) throws IOException {
    Path file = folder.resolve(name + ".json");
    Tokenizers.unpack(name, file);
    return file;
  }
}
