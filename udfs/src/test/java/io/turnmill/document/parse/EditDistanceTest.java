package io.turnmill.document.parse;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

/** The fast edit distance equals the plain one. */
class EditDistanceTest {

  @Property(tries = 300)
  void equalsTheTableOfTheTextbook(
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 200) String a,
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 200) String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] =
            i == 0 || j == 0
                ? i + j
                : Math.min(
                    table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1),
                    1 + Math.min(table[i - 1][j], table[i][j - 1]));
      }
    }

    assertThat(EditDistance.of(a, b)).isEqualTo(table[a.length()][b.length()]);
  }
}
