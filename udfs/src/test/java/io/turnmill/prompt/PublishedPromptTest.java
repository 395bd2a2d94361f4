package io.turnmill.prompt;

import io.turnmill.testing.SharedData;
import io.turnmill.testing.Tokenizers;
import java.util.List;

/** With published tokenizers and templates. */
@SharedData.Needed
class PublishedPromptTest extends PromptGoldens {
  PublishedPromptTest() {
    super(
        SharedData.path("golden/prompt/prompts.jsonl.gz"),
        List.of(Tokenizers.QWEN, Tokenizers.DEEPSEEK));
  }
}
