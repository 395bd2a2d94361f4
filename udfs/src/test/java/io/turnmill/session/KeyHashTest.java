package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyHashTest {
  @Property
  void equalsTheDefinitionByteForByte(@ForAll Optional<String> tenant, @ForAll String id) {
    SessionKey key = new SessionKey(tenant, id);
    String text = tenant.map(name -> "\u0001" + name).orElse("\u0000") + "\u0000" + id;
    long hash = 0xcbf29ce484222325L;
    for (byte b : bytes(text)) {
      hash = (hash ^ Byte.toUnsignedLong(b)) * 1099511628211L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    assertThat(KeyHash.of(key)).isEqualTo(hash ^ (hash >>> 33));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Values of an implementation in Python. */
  @Test
  void neverChanges() {
    assertThat(KeyHash.of(new SessionKey(Optional.empty(), "conversation-1")))
        .isEqualTo(5828337625255014253L);
    assertThat(KeyHash.of(new SessionKey(Optional.of("acme"), "客服-1")))
        .isEqualTo(2633335113928427126L);
  }

  @Test
  void spreadsNumberedSessionsEvenly() {
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < 64_000; i++) {
      SessionKey key = new SessionKey(Optional.empty(), "session-" + i);
      sizes.merge(KeyHash.bucket(key, 64), 1, Integer::sum);
    }
    assertThat(sizes).hasSize(64);
    assertThat(sizes.values()).allSatisfy(size -> assertThat(size).isBetween(850, 1150));
  }

  /** Values of an implementation in Python. */
  @Test
  void theShareOfASessionNeverChanges() {
    SessionKey plain = new SessionKey(Optional.empty(), "conversation-1");
    SessionKey other = new SessionKey(Optional.of("acme"), "客服-1");
    assertThat(Stream.of(2, 3, 5, 7).map(shares -> KeyHash.share(plain, shares)))
        .containsExactly(0, 2, 2, 4);
    assertThat(Stream.of(2, 3, 5, 7).map(shares -> KeyHash.share(other, shares)))
        .containsExactly(0, 0, 4, 2);
  }

  @Test
  void theSharesOfABucketAreAsEvenAsThoseOfAll() {
    Map<String, Integer> sizes = new HashMap<>();
    for (int i = 0; i < 64_000; i++) {
      SessionKey key = new SessionKey(Optional.empty(), "session-" + i);
      sizes.merge(KeyHash.bucket(key, 32) + " " + KeyHash.share(key, 2), 1, Integer::sum);
    }
    assertThat(sizes).hasSize(64);
    assertThat(sizes.values()).allSatisfy(size -> assertThat(size).isBetween(850, 1150));
  }
}
