package io.turnmill.document.parse.tika;

import java.nio.CharBuffer;
import java.util.Optional;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** Takes the XHTML in which Tika tells a document. */
final class XhtmlHandler extends DefaultHandler {
  private final StructureWriter writer;
  private boolean inBody;
  private int paragraphs;

  XhtmlHandler(StructureWriter writer) {
    this.writer = writer;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    if (inBody) {
      paragraphs += name.equals("p") ? 1 : 0;
      writer.start(name, Optional.ofNullable(attributes.getValue("class")).orElse(""));
    } else {
      inBody = name.equals("body");
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    if (inBody && !name.equals("body")) {
      paragraphs -= name.equals("p") ? 1 : 0;
      writer.end(name);
    }
  }

  @Override
  public void characters(char[] chars, int from, int length) {
    if (inBody) {
      writer.text(CharBuffer.wrap(chars, from, length));
    }
  }

  /** Within a paragraph it is the end of a line of a PDF, else only the look of the XHTML. */
  @Override
  public void ignorableWhitespace(char[] chars, int from, int length) {
    if (paragraphs > 0) {
      characters(chars, from, length);
    }
  }
}
