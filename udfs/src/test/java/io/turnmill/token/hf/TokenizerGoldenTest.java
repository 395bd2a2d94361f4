package io.turnmill.token.hf;

import io.turnmill.testing.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Tokenizers of our own, of every kind, and a published one, on texts of our own. */
class TokenizerGoldenTest extends TokenizerGoldens {
  TokenizerGoldenTest() {
    super(
        Path.of("src/test/resources/golden/tokenizers/cases.jsonl.gz"),
        List.of(
            "byte-level",
            "byte-level-begun",
            "byte-level-masked",
            "sentence-pieces",
            "sentence-pieces-first",
            "unigram",
            "word-pieces",
            PublishedTokenizers.BERT));
  }

  @Override
  Path tokenizer(String name, Path folder) throws IOException {
    Path file = folder.resolve(name + ".json");
    if (name.equals(PublishedTokenizers.BERT)) {
      PublishedTokenizers.bert(file);
    } else {
      Tokenizers.unpack(name, file);
    }
    return file;
  }
}
