package io.turnmill.document.parse;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The Levenshtein distance of long texts: the bit-vector algorithm of Myers (1999) over blocks of
 * 64 characters, in the form of Hyyrö (2003).
 */
final class EditDistance {
  private EditDistance() {}

  static int of(String pattern, String text) {
    if (pattern.isEmpty()) {
      return text.length();
    }
    int blocks = (pattern.length() + 63) / 64;
    Map<Character, long[]> equal = new HashMap<>();
    for (int i = 0; i < pattern.length(); i++) {
      equal.computeIfAbsent(pattern.charAt(i), c -> new long[blocks])[i / 64] |= 1L << (i % 64);
    }
    long[] none = new long[blocks];
    long[] plus = new long[blocks];
    long[] minus = new long[blocks];
    Arrays.fill(plus, -1L);
    long last = 1L << ((pattern.length() - 1) % 64);
    int distance = pattern.length();
    for (int j = 0; j < text.length(); j++) {
      long[] equals = equal.getOrDefault(text.charAt(j), none);
      int carry = 1;
      for (int b = 0; b < blocks; b++) {
        long high = b == blocks - 1 ? last : 1L << 63;
        long eq = equals[b] | (carry < 0 ? 1L : 0L);
        long x = (((eq & plus[b]) + plus[b]) ^ plus[b]) | eq;
        long verticalX = equals[b] | minus[b];
        long up = minus[b] | ~(x | plus[b]);
        long down = plus[b] & x;
        int out = (up & high) != 0 ? 1 : (down & high) != 0 ? -1 : 0;
        up = (up << 1) | (carry > 0 ? 1L : 0L);
        down = (down << 1) | (carry < 0 ? 1L : 0L);
        plus[b] = down | ~(verticalX | up);
        minus[b] = up & verticalX;
        carry = out;
      }
      distance += carry;
    }
    return distance;
  }
}
