package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderSpec;
import io.turnmill.torch.EncoderGolden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The encoders in {@code samples/models}. {@link TextEncoderTest} holds their numbers to the
 * reference libraries.
 */
class SampleEncodersTest {
  private static final long LIMIT_BYTES = 10_000_000;

  @ParameterizedTest
  @ValueSource(strings = {"topic-mini", "embed-mini"})
  void aSampleEncoderIsSmallAndCanBeUsedAsItIs(String name) throws IOException {
    Path folder = EncoderGolden.sample(name).model().path();
    ModelInspection inspection = ModelInspection.of(folder, Optional.empty());
    assertThat(inspection.problems()).isEmpty();
    assertThat(inspection.warnings()).isEmpty();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.mapToLong(SampleEncodersTest::bytes).sum()).isLessThan(LIMIT_BYTES);
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void topicMiniHasTheDomainsOfTheSampleConversations() throws IOException {
    EncoderSpec spec = (EncoderSpec) EncoderGolden.sample("topic-mini").model().spec();
    List<String> domains;
    try (Stream<Path> files = Files.list(Path.of("../samples/conversations"))) {
      domains =
          files
              .map(file -> file.getFileName().toString().split("-", -1)[0])
              .distinct()
              .sorted()
              .toList();
    }
    assertThat(((Classification) spec.head()).labels()).isEqualTo(domains);
  }

  @Test
  void embedMiniHasAPromptForWhatIsSoughtAndOneForWhatIsFound() {
    EncoderSpec spec = (EncoderSpec) EncoderGolden.sample("embed-mini").model().spec();
    Embedding head = (Embedding) spec.head();
    assertThat(head.texts().prompts())
        .containsEntry("query", "query: ")
        .containsEntry("document", "document: ");
    assertThat(head.texts().defaultPrompt()).isEmpty();
    assertThat(head.normalize()).isTrue();
  }
}
