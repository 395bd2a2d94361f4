package io.turnmill.prompt;

import io.turnmill.testing.SharedData;
import java.nio.file.Path;

/** With published tokenizers, and texts of our own. */
@SharedData.Needed
class PublishedPieceTest extends PieceGoldens {
  PublishedPieceTest() {
    super(Path.of("src/test/resources/golden/prompt/pieces-published.jsonl.gz"));
  }

  @Override
  Path tokenizer(String name, Path folder) {
    return SharedData.path("tokenizers").resolve(name).resolve("tokenizer.json");
  }
}
