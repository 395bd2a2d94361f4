package io.turnmill.document.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.document.DocumentText;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

/** Headings and tables of Markdown. */
class MarkdownStructureTest {

  @Test
  void headingsOfBothKindsAreFound() {
    assertThat(
            headings(
                """
                # One
                text
                ##   Two ##
                #no heading
                ####### no heading

                Three
                ===

                Four #
                ---
                two lines
                of a paragraph
                ---

                ---
                - item
                ---
                #
                ###### 六
                """))
        .containsExactly("1 One", "2 Two", "1 Three", "2 Four #", "6 六");
  }

  @Test
  void nothingInFencedCodeIsAHeading() {
    assertThat(
            headings(
                """
                ```sh
                # comment
                ~~~
                ```
                # Yes
                ~~~~
                # comment
                ~~~
                # comment
                ~~~~
                # Yes
                ```
                # never closed
                """))
        .containsExactly("1 Yes", "1 Yes");
  }

  @Test
  void frontMatterIsNoHeading() {
    assertThat(headings("---\r\ntitle: T\r\n---\r\n# One\r\n")).containsExactly("1 One");
  }

  @Test
  void tablesAreWhole() {
    String text = "A\n\n| a | b |\n|---|:-:|\n| 1 | # 2 |\n\nx | y\n--|--\n1 | 2\nend\n";
    DocumentText document = MarkdownStructure.of(text);

    assertThat(document.tables())
        .extracting(span -> span.of(text))
        .containsExactly("| a | b |\n|---|:-:|\n| 1 | # 2 |", "x | y\n--|--\n1 | 2");
    assertThat(document.headings()).isEmpty();
  }

  @Property
  void anyTextStaysAsItIsAndSpansAreInOrder(
      @ForAll List<@CharRange(from = ' ', to = '~') Character> characters,
      @ForAll List<@CharRange(from = '#', to = '.') Character> marks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters.size(); i++) {
      text.append(i % 7 == 3 ? "\n" : "").append(characters.get(i));
      text.append(i < marks.size() ? "\n" + marks.get(i) + " |-" : "");
    }
    DocumentText document = MarkdownStructure.of(text.toString());

    assertThat(document.text()).isEqualTo(text.toString());
    int end = 0;
    for (var heading : document.headings()) {
      assertThat(heading.span().from()).isGreaterThanOrEqualTo(end);
      assertThat(heading.span().of(document.text())).isNotBlank().doesNotContain("\n");
      end = heading.span().to();
    }
  }

  private static List<String> headings(String text) {
    return DocumentFormatsTest.headings(MarkdownStructure.of(text));
  }
}
