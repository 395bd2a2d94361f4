package io.turnmill.torch.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The TorchScript source of every model is the one that is kept in {@code golden/source}, so that
 * no change of it goes unseen; {@link GeneratedSources#main} writes what a change brings about.
 */
class GeneratedSourcesTest {

  @Test
  void sourcesThatAreKeptWholeAreTheSame() throws IOException {
    Map<String, String> sources = GeneratedSources.kept();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      assertThat(source.getValue())
          .as(source.getKey())
          .isEqualTo(Files.readString(GeneratedSources.FOLDER.resolve(source.getKey())));
    }
    List<String> names = new ArrayList<>(sources.keySet());
    names.add(GeneratedSources.DIGESTS);
    assertThat(GeneratedSources.fileNames()).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void everyCombinationOfModelAndKernelsGivesTheSameSource() throws IOException {
    assertThat(GeneratedSources.digests())
        .isEqualTo(Files.readAllLines(GeneratedSources.FOLDER.resolve(GeneratedSources.DIGESTS)));
  }
}
