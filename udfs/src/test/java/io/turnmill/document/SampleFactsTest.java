package io.turnmill.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code samples/facts.json} says of the sample documents is so. */
class SampleFactsTest {
  private static final Path SAMPLES = Path.of("../samples");
  private static final Pattern HEADING = Pattern.compile("(?m)^(#+) (.*)$");

  private static JsonNode read() throws IOException {
    return new ObjectMapper().readTree(SAMPLES.resolve("facts.json").toFile());
  }

  /** Those of the documents that are plain text. */
  static Stream<JsonNode> factsOfTexts() throws IOException {
    return facts().stream().filter(fact -> document(fact).matches(".*\\.(txt|md)"));
  }

  private static List<JsonNode> facts() throws IOException {
    List<JsonNode> facts = new ArrayList<>();
    read().path("facts").forEach(facts::add);
    return facts;
  }

  private static String document(JsonNode fact) {
    return fact.path("document").asText().replaceFirst(".*#", "");
  }

  private static String text(JsonNode fact) throws IOException {
    boolean attached = fact.path("document").asText().contains("#");
    return Files.readString(
        SAMPLES.resolve(attached ? "make" : "documents").resolve(document(fact)));
  }

  @ParameterizedTest
  @MethodSource("factsOfTexts")
  void theAnswerStandsInTheDocument(JsonNode fact) throws IOException {
    assertThat(text(fact).replaceAll("\\s+", " ")).contains(fact.path("answer").asText());
  }

  @ParameterizedTest
  @MethodSource("factsOfTexts")
  void inMarkdownTheAnswerStandsUnderTheHeadingsThatAreNamed(JsonNode fact) throws IOException {
    if (document(fact).endsWith(".md")) {
      assertThat(under(fact.path("where").asText(), text(fact)).replaceAll("\\s+", " "))
          .contains(fact.path("answer").asText());
    }
  }

  /** What stands under a path of headings, down to the next heading. */
  private static String under(String wanted, String text) {
    List<String> path = new ArrayList<>();
    List<MatchResult> headings = HEADING.matcher(text).results().toList();
    for (int i = 0; i < headings.size(); i++) {
      MatchResult heading = headings.get(i);
      path = new ArrayList<>(path.subList(0, heading.group(1).length() - 1));
      path.add(heading.group(2));
      if (String.join(" > ", path).equals(wanted)) {
        int end = i + 1 < headings.size() ? headings.get(i + 1).start() : text.length();
        return text.substring(heading.end(), end);
      }
    }
    return "";
  }

  @Test
  void thereAreFactsOfEveryDocument() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES.resolve("documents"))) {
      Set<String> documents =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      documents.add("mail.eml#trial-results.txt");
      assertThat(facts())
          .extracting(fact -> fact.path("document").asText())
          .containsOnly(documents.toArray(String[]::new));
    }
  }

  @Test
  void questionsWithoutAnAnswerAreAskedOfDocumentsThatAreThere() throws IOException {
    for (JsonNode question : read().path("absent")) {
      assertThat(SAMPLES.resolve("documents").resolve(question.path("document").asText())).exists();
      assertThat(question.has("answer")).isFalse();
    }
  }
}
