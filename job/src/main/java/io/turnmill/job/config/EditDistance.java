package io.turnmill.job.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what somebody who mistyped a name may have meant. */
public final class EditDistance {
  private EditDistance() {}

  /**
   * The known key that is nearest to a mistyped one: a few letters off as a whole, or in its last
   * part alone ({@code temperature} for {@code sampling.temperature}).
   */
  public static Optional<String> nearest(String key, Collection<String> known) {
    String wanted = plain(key);
    String wantedName = lastPart(wanted);
    record Candidate(String key, int distance, int whole) {}
    return known.stream()
        .map(
            candidate -> {
              String other = plain(candidate);
              int whole = between(wanted, other);
              // The section is wrong or missing: worth one letter more than the right section.
              int name =
                  lastPart(other).length() < 3 ? whole : 1 + between(wantedName, lastPart(other));
              return new Candidate(candidate, Math.min(whole, name), whole);
            })
        .filter(candidate -> candidate.distance() <= 1 + Math.max(1, wantedName.length() / 3))
        .min(
            Comparator.comparingInt(Candidate::distance)
                .thenComparingInt(Candidate::whole)
                .thenComparing(Candidate::key))
        .map(Candidate::key);
  }

  /** Letters to insert, delete or replace to get from one to another. */
  static int between(String from, String to) {
    return LevenshteinDistance.getDefaultInstance().apply(from, to);
  }

  /** {@code maxTokens} and {@code max-tokens} are {@code max_tokens}. */
  private static String plain(String key) {
    return key.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('-', '_').toLowerCase(Locale.ROOT);
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
