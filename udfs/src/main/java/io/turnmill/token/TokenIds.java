package io.turnmill.token;

import java.util.Arrays;
import java.util.OptionalInt;

/** An immutable sequence of token ids of one tokenizer's vocabulary. */
public final class TokenIds {
  private static final TokenIds EMPTY = new TokenIds(new int[0]);

  private final int[] ids;

  private TokenIds(int[] ids) {
    this.ids = ids;
  }

  public static TokenIds of(int... ids) {
    return ids.length == 0 ? EMPTY : new TokenIds(ids.clone());
  }

  public static TokenIds of(long[] ids) {
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = Math.toIntExact(ids[i]);
    }
    return narrow.length == 0 ? EMPTY : new TokenIds(narrow);
  }

  public static TokenIds empty() {
    return EMPTY;
  }

  public int size() {
    return ids.length;
  }

  public boolean isEmpty() {
    return ids.length == 0;
  }

  public int get(int index) {
    return ids[index];
  }

  /** The ids from {@code from} (inclusive) to {@code to} (exclusive). */
  public TokenIds slice(int from, int to) {
    return from == to ? EMPTY : new TokenIds(Arrays.copyOfRange(ids, from, to));
  }

  public TokenIds concat(TokenIds after) {
    int[] both = Arrays.copyOf(ids, ids.length + after.ids.length);
    System.arraycopy(after.ids, 0, both, ids.length, after.ids.length);
    return new TokenIds(both);
  }

  /** Length of the longest common prefix. */
  public int commonPrefix(TokenIds other) {
    int mismatch = Arrays.mismatch(ids, other.ids);
    return mismatch < 0 ? ids.length : mismatch;
  }

  /** The first id that is not below {@code limit}. */
  public OptionalInt firstFrom(int limit) {
    for (int id : ids) {
      if (id >= limit) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  public int[] toArray() {
    return ids.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenIds that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /** Tells the count only, because ids are conversation text in another spelling. */
  @Override
  public String toString() {
    return "TokenIds[" + ids.length + "]";
  }
}
