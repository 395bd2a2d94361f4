package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents for people lead where they say, and name what there is. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]\n]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final int README_LINES = 120;

  /** Those at the top, those of the modules, and all in the folders that hold no build output. */
  static Stream<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String folder : List.of("", "job", "udfs")) {
      addDocuments(folder, 1, documents);
    }
    for (String tree : List.of("conf", "submit", "samples", "job/src", "udfs/src")) {
      addDocuments(tree, Integer.MAX_VALUE, documents);
    }
    return documents.stream();
  }

  private static void addDocuments(String folder, int depth, List<Path> documents)
      throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder), depth)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
  }

  private static String prose(Path document) throws IOException {
    return CODE_BLOCK.matcher(Files.readString(document)).replaceAll("");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsToAFileAndAHeadingThatAreThere(Path document) throws IOException {
    Matcher link = LINK.matcher(prose(document));
    while (link.find()) {
      String[] target = link.group(1).split("#", 2);
      if (target[0].contains("://")) {
        continue;
      }
      Path file = target[0].isEmpty() ? document : document.resolveSibling(target[0]);
      assertThat(file).as(document + " → " + link.group(1)).exists();
      if (target.length > 1) {
        assertThat(headings(file)).as(document + " → " + link.group(1)).contains(target[1]);
      }
    }
  }

  /** Headings as links name them. */
  private static Set<String> headings(Path document) throws IOException {
    return HEADING
        .matcher(prose(document))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theReadmeIsShortAndNamesTheTwoCommands() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme.lines().count()).isLessThanOrEqualTo(README_LINES);
    assertThat(readme)
        .contains("submit/local.sh run --config conf/samples.conf ")
        .contains("./mvnw verify ");
  }

  @Test
  void everyMetricIsExplained() throws IOException {
    String page = Files.readString(ROOT.resolve("submit/OPERATIONS.md"));
    for (Metric metric : Metric.values()) {
      assertThat(page).contains("`" + metric.shownName() + "`");
    }
    assertThat(page).contains("`padding_share`");
  }
}
