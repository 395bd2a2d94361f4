package io.turnmill.token.hf;

import io.turnmill.SharedData;
import java.nio.file.Path;
import java.util.List;

/** Published tokenizers on published texts. */
@SharedData.Needed
class PublishedTokenizerTest extends TokenizerGoldens {
  PublishedTokenizerTest() {
    super(
        SharedData.path("golden/tokenizers/cases.jsonl.gz"),
        List.of(
            "qwen2.5-instruct",
            "qwen3",
            "deepseek-r1-distill-qwen",
            "bert-base-uncased",
            "phi-3-mini-instruct"));
  }

  @Override
  Path tokenizer(String name, Path folder) {
    return SharedData.path("tokenizers").resolve(name).resolve("tokenizer.json");
  }
}
