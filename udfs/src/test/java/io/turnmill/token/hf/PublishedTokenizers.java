package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tokenizer of bert-base-uncased, which an artifact on Maven Central ships. */
final class PublishedTokenizers {
  static final String BERT = "bert-base-uncased";

  private PublishedTokenizers() {}

  /**
   * Writes its {@code tokenizer.json}: it cuts and pads to 128 tokens, as that artifact wants it.
   */
  static void bert(Path file) throws IOException {
    try (InputStream in = PublishedTokenizers.class.getResourceAsStream("/bert-tokenizer.json")) {
      assertThat(in).as("langchain4j-embeddings on the class path").isNotNull();
      Files.copy(in, file);
    }
  }
}
