package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;

/** A page of HTML, as its reader sees it. */
final class HtmlDocument {
  private static final int MAX_DEPTH = 256;
  private static final Set<String> UNSEEN =
      Set.of("script", "style", "noscript", "template", "svg", "iframe", "object", "head", "math");

  private final Document page;

  private HtmlDocument(Document page) {
    this.page = page;
  }

  static HtmlDocument of(String html) {
    return new HtmlDocument(Jsoup.parse(html, "", Parser.htmlParser().setMaxDepth(MAX_DEPTH)));
  }

  Optional<String> title() {
    return Optional.of(page.title()).filter(title -> !title.isBlank());
  }

  Optional<String> author() {
    return Optional.ofNullable(page.selectFirst("meta[name=author]"))
        .map(meta -> meta.attr("content"))
        .filter(author -> !author.isBlank());
  }

  Optional<String> language() {
    return Optional.ofNullable(page.selectFirst("html"))
        .map(html -> html.attr("lang"))
        .filter(language -> !language.isBlank());
  }

  DocumentText text(int maxChars) {
    StructureWriter writer = new StructureWriter(maxChars, true);
    page.filter(
        new NodeFilter() {
          @Override
          public FilterResult head(Node node, int depth) {
            if (node instanceof TextNode words) {
              writer.text(words.getWholeText());
            } else if (node instanceof Element element) {
              if (UNSEEN.contains(element.normalName()) || element.hasAttr("hidden")) {
                return FilterResult.SKIP_ENTIRELY;
              }
              writer.start(element.normalName(), "");
            }
            return FilterResult.CONTINUE;
          }

          @Override
          public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element && !UNSEEN.contains(element.normalName())) {
              writer.end(element.normalName());
            }
            return FilterResult.CONTINUE;
          }
        });
    return writer.document();
  }
}
