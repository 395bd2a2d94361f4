package io.turnmill.prompt;

import java.nio.file.Path;
import java.util.List;

/** With tokenizers and templates of our own. */
class PromptGoldenTest extends PromptGoldens {
  PromptGoldenTest() {
    super(
        Path.of("src/test/resources/golden/prompt/prompts.jsonl.gz"),
        List.of("byte-level", "byte-level-begun", "sentence-pieces", "sentence-pieces-first"));
  }
}
