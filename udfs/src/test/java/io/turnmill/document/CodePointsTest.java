package io.turnmill.document;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CodePointsTest {
  @Test
  void aCharacterOfTwoCharsIsOne() {
    CodePoints points = CodePoints.of("a😀b" + "😀".repeat(100));

    assertThat(points.at(0)).isZero();
    assertThat(points.at(3)).isEqualTo(2);
    assertThat(points.of(new Span(4, 204))).isEqualTo(new Span(3, 103));
  }

  @Property
  void placesAreAsTheJdkCountsThem(@ForAll @StringLength(max = 300) String text) {
    CodePoints points = CodePoints.of(text);

    for (int place = 0; place <= text.length(); place++) {
      if (place == 0
          || place == text.length()
          || !Character.isSurrogatePair(text.charAt(place - 1), text.charAt(place))) {
        assertThat(points.at(place)).isEqualTo(text.codePointCount(0, place));
      }
    }
  }
}
