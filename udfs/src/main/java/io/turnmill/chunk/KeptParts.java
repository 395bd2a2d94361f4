package io.turnmill.chunk;

import io.turnmill.document.Span;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Parts of one kind that are not cut where they fit into a chunk, in the order of the text. */
final class KeptParts {
  private final List<Span> parts;
  private final int[] starts;
  private final Predicate<Span> fits;

  /** Whether each part fits: unknown until it is asked for, because it has to be counted. */
  private final Boolean[] known;

  KeptParts(List<Span> parts, Predicate<Span> fits) {
    this.parts = parts;
    this.fits = fits;
    starts = parts.stream().mapToInt(Span::from).toArray();
    known = new Boolean[starts.length];
  }

  /** The part that fits and begins at a place. */
  Optional<Span> beginningAt(int place) {
    int found = Arrays.binarySearch(starts, place);
    return found >= 0 && fits(found) ? Optional.of(parts.get(found)) : Optional.empty();
  }

  /** The part that fits and would be cut at a place. */
  Optional<Span> cutAt(int place) {
    int found = Arrays.binarySearch(starts, place);
    int part = found >= 0 ? -1 : -found - 2;
    return part >= 0 && place < parts.get(part).to() && fits(part)
        ? Optional.of(parts.get(part))
        : Optional.empty();
  }

  private boolean fits(int part) {
    if (known[part] == null) {
      known[part] = fits.test(parts.get(part));
    }
    return known[part];
  }
}
