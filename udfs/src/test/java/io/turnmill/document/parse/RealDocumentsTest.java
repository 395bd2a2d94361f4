package io.turnmill.document.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real files, among them contracts of which the text is known. */
@SharedData.Needed
@Tag("slow")
class RealDocumentsTest {
  private static final Path FOLDER = SharedData.path("documents_train");

  static List<Path> files() throws IOException {
    Path folder = FOLDER.resolve("pdf_docx");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("files")
  void becomesADocumentThatEqualsItsText(Path file) throws Exception {
    String name = file.getFileName().toString();
    ParsedDocument document = SharedParser.document(name, Files.readAllBytes(file));

    assertThat(document.text().text()).hasSizeGreaterThan(500);
    Path original = FOLDER.resolve(name.replace(".pdf", ".txt"));
    if (name.startsWith("cuad_")) {
      String expected = folded(Files.readString(original));
      String actual = folded(document.text().text());
      double rate = EditDistance.of(expected, actual) / (double) expected.length();
      System.out.printf(Locale.ROOT, "character error %.4f %s%n", rate, name);
      assertThat(rate).isLessThan(0.05);
    }
  }

  private static String folded(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
