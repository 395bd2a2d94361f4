package io.turnmill.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.document.CodePoints;
import io.turnmill.document.DocumentText;
import io.turnmill.document.Span;
import io.turnmill.testing.SharedData;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published contracts and novels, cut by the tokens of published models. */
@SharedData.Needed
class ChunkedDocumentsTest {
  private static final int MAX_TOKENS = 512;

  @ParameterizedTest
  @ValueSource(strings = {"qwen2.5-instruct", "bert-base-uncased"})
  void chunksOfADocumentLeadBackToItsText(String model) throws IOException {
    check(model, "cuad_ETELOS", "cuad_LIMEENERGY", "novel_Sterne_Sentimental");
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"qwen2.5-instruct", "bert-base-uncased"})
  void chunksOfAllDocumentsLeadBackToTheirTexts(String model) throws IOException {
    check(model, "");
  }

  private static void check(String model, String... names) throws IOException {
    Path file = SharedData.path("tokenizers").resolve(model).resolve("tokenizer.json");
    try (HuggingFaceFileTokenizer tokenizer = HuggingFaceFileTokenizer.load(file);
        Stream<Path> files = Files.list(SharedData.path("documents_train"))) {
      TokenCounter counter = text -> tokenizer.encode(text).size();
      List<Path> documents =
          files
              .filter(path -> path.toString().endsWith(".txt"))
              .filter(path -> Stream.of(names).anyMatch(path.getFileName().toString()::startsWith))
              .toList();
      assertThat(documents).hasSizeGreaterThanOrEqualTo(names.length);
      for (Path document : documents) {
        check(Files.readString(document), counter);
      }
    }
  }

  private static void check(String text, TokenCounter counter) {
    Chunker chunker = new Chunker(new ChunkSettings(MAX_TOKENS, 0.2, false), counter);
    CodePoints points = CodePoints.of(text);
    int[] codePoints = text.codePoints().toArray();
    StringBuilder all = new StringBuilder();

    List<Chunk> chunks = chunker.chunks(DocumentText.of(text));

    for (Chunk chunk : chunks) {
      String own = chunk.span().of(text);
      Span span = points.of(chunk.span());
      all.append(own, chunk.overlap(), own.length());
      assertThat(counter.count(own)).isEqualTo(chunk.tokens()).isLessThanOrEqualTo(MAX_TOKENS);
      assertThat(new String(codePoints, span.from(), span.length()).equals(own)).isTrue();
    }
    assertThat(all.toString().equals(text)).isTrue();
    assertThat(chunks.stream().mapToInt(Chunk::tokens).average().orElse(0))
        .isGreaterThan(0.75 * MAX_TOKENS);
  }
}
