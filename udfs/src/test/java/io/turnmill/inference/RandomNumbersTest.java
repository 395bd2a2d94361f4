package io.turnmill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RandomNumbersTest {

  /** The generator of the JDK is an independent implementation of the same algorithm. */
  @Property
  void uniformIsTheUpperBitsOfTheJdksSplitMix64(
      @ForAll long key, @ForAll @IntRange(max = 300) int position) {
    SplittableRandom jdk = new SplittableRandom(key);
    for (int i = 0; i < position; i++) {
      jdk.nextLong();
    }
    float expected = (float) (jdk.nextLong() >>> 40) / (1 << 24);
    assertThat(RandomNumbers.uniform(key, position)).isEqualTo(expected).isBetween(0f, 0.99999994f);
  }

  @Test
  void uniformIsSpreadEvenly() {
    int[] counts = new int[10];
    for (int i = 0; i < 100_000; i++) {
      counts[(int) (10 * RandomNumbers.uniform(RandomNumbers.randomKey(1, "s" + i, 0, 0), 0))]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(9_500, 10_500);
    }
  }

  @Test
  void keysOfNeighboursDiffer() {
    Set<Long> keys = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      for (String session : new String[] {"", "a", "b", "ab", "ba", "会话"}) {
        for (int turn = 0; turn < 10; turn++) {
          for (int choice = 0; choice < 10; choice++) {
            keys.add(RandomNumbers.randomKey(seed, session, turn, choice));
          }
        }
      }
    }
    assertThat(keys).hasSize(10 * 6 * 10 * 10);
  }

  /**
   * A key that changes would change every sampled reply; computed by the formula in its Javadoc.
   */
  @Test
  void keyOfAReplyNeverChanges() {
    SplittableRandomChain chain = new SplittableRandomChain(42);
    chain.absorb('s');
    chain.absorb('1');
    chain.absorb(2);
    chain.absorb(3);
    chain.absorb(0);
    assertThat(RandomNumbers.randomKey(42, "s1", 3, 0)).isEqualTo(chain.hash);
  }

  /** The first output of the JDK's generator for seed x is {@code mix(x + GAMMA)}. */
  private static final class SplittableRandomChain {
    private long hash;

    SplittableRandomChain(long seed) {
      hash = new SplittableRandom(seed).nextLong();
    }

    void absorb(long x) {
      hash = new SplittableRandom(hash ^ x).nextLong();
    }
  }
}
