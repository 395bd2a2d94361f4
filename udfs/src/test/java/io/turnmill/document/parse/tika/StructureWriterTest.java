package io.turnmill.document.parse.tika;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.document.DocumentText;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Elements become text. */
class StructureWriterTest {
  private static final List<String> ELEMENTS =
      List.of("p", "div", "h1", "h2", "ul", "ol", "li", "br", "table", "tr", "td", "pre", "span");

  @Test
  void tableThatOnlyLaysThingsOutBecomesParagraphs() {
    assertThat(text("<table><tr><td><p>a</p><p>b</p></td></tr><tr><td>c</td></tr></table>d"))
        .isEqualTo("a\n\nb\n\nc\n\nd");
  }

  @Test
  void tableInATableIsTheTable() {
    assertThat(
            text(
                "<table><tr><td>left</td><td>x<table><tr><td>1</td><td>2</td></tr></table>y</td>"
                    + "<td>right</td></tr></table>"))
        .isEqualTo("left\n\nx\n\n| 1 | 2 |\n| --- | --- |\n\ny\n\nright");
  }

  @Test
  void headingInATableMakesItALayout() {
    assertThat(text("<table><tr><td>a</td><td><h2>b</h2>c</td></tr></table>"))
        .isEqualTo("a\n\nb\n\nc");
  }

  @Test
  void rowsOfDifferentLengthsAreFilledAndEmptyOnesLeftOut() {
    assertThat(
            text(
                "<table><caption>Cap</caption><tr><td>a<td>b<td></tr><tr><td></td></tr>"
                    + "<tr><td>c<br>d</td></tr></table>"))
        .isEqualTo("Cap\n\n| a | b |\n| --- | --- |\n| c d |  |");
  }

  @Test
  void listsInListsAreLines() {
    assertThat(text("<p>x</p><ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>y"))
        .isEqualTo("x\n\n- a\n1. b\n2. c\n- d\n\ny");
  }

  @Test
  void textThatIsTooLongIsRefused() {
    HtmlDocument page = HtmlDocument.of("<table><tr><td>123</td><td>4567</td></tr></table>");

    assertThatThrownBy(() -> page.text(20)).isInstanceOf(TextTooLongException.class);
    assertThat(page.text(100).text()).isEqualTo("| 123 | 4567 |\n| --- | --- |");
  }

  @Property
  void anyElementsMakeATidyTextWithSpansInOrder(@ForAll("events") List<String> events) {
    StructureWriter writer = new StructureWriter(100_000, false);
    for (String event : events) {
      if (event.startsWith("+")) {
        writer.start(event.substring(1), event.equals("+div") ? "page" : "");
      } else if (event.startsWith("-")) {
        writer.end(event.substring(1));
      } else {
        writer.text(event);
      }
    }
    DocumentText document = writer.document();
    String text = document.text();

    assertThat(text).doesNotContain(" \n", "\n\n\n").doesNotStartWith("\n").doesNotEndWith("\n");
    int end = 0;
    for (var heading : document.headings()) {
      assertThat(heading.span().from()).isGreaterThanOrEqualTo(end);
      assertThat(heading.span().of(text)).isNotBlank();
      end = heading.span().to();
    }
    int table = 0;
    for (var span : document.tables()) {
      assertThat(span.from()).isGreaterThanOrEqualTo(table);
      assertThat(span.of(text)).startsWith("|").endsWith("|");
      table = span.to();
    }
    assertThat(document.pages()).isSorted().allMatch(place -> place <= text.length());
    assertThat(document.pages().isEmpty() || document.pages().get(0) == 0).isTrue();
  }

  @Provide
  Arbitrary<List<String>> events() {
    Arbitrary<String> elements = Arbitraries.of(ELEMENTS);
    return Arbitraries.oneOf(
            elements.map(name -> "+" + name),
            elements.map(name -> "-" + name),
            Arbitraries.of("word", " a | b ", "\n", "x\ny", "", "  "))
        .list()
        .ofMaxSize(60);
  }

  private static String text(String html) {
    return HtmlDocument.of(html).text(1000).text();
  }
}
