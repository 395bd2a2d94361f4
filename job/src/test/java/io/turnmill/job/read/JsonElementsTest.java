package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.MAX_BYTES;
import static io.turnmill.job.read.RecordsForTests.bytes;
import static io.turnmill.job.read.RecordsForTests.codes;
import static io.turnmill.job.read.RecordsForTests.good;
import static io.turnmill.job.read.RecordsForTests.jsonElements;
import static io.turnmill.job.read.RecordsForTests.withBadBytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JsonElementsTest {
  @Test
  void elementsOfAListAreRecords() {
    List<DecodedRecord> records =
        jsonElements(bytes("\uFEFF [ {\"a\": \"]}\\\"\"},\n {\"b\": [{}, [1]]} ]\n"));
    assertThat(good(records))
        .containsExactly(Map.of("a", "]}\""), Map.of("b", List.of(Map.of(), List.of(1))));
    assertThat(records.get(1).place())
        .isEqualTo(new Place("f", OptionalLong.of(2), OptionalLong.of(1)));
  }

  @Test
  void objectsOneBehindTheOtherAreRecords() {
    assertThat(good(jsonElements(bytes("{\"a\":\n1}\n{\"a\":2}{\"a\":3}"))))
        .containsExactly(Map.of("a", 1), Map.of("a", 2), Map.of("a", 3));
    assertThat(jsonElements(bytes(" \n"))).isEmpty();
    assertThat(jsonElements(bytes("[]"))).isEmpty();
  }

  @Test
  void aBadElementTakesNoOtherAlong() {
    List<DecodedRecord> records =
        jsonElements(
            withBadBytes(
                "[{\"a\":1}, {\"a\":}, 7, \"x\", oops, {\"b\":\"<BAD>\"},\n"
                    + "{\"b\": \"never closed,\n \"c\": 1},\n{\"b\":\""
                    + "x".repeat(MAX_BYTES)
                    + "\"}, {\"b\": 1]}, {\"a\":2}]"));
    assertThat(good(records)).containsExactly(Map.of("a", 1), Map.of("a", 2));
    assertThat(codes(records))
        .containsExactly(
            RejectionCode.MALFORMED_JSON,
            RejectionCode.NOT_AN_OBJECT,
            RejectionCode.NOT_AN_OBJECT,
            RejectionCode.MALFORMED_JSON,
            RejectionCode.INVALID_UTF8,
            RejectionCode.MALFORMED_JSON,
            RejectionCode.RECORD_TOO_LARGE,
            RejectionCode.MALFORMED_JSON);
  }

  @Test
  void aFileThatEndsTooEarlySaysSo() {
    assertThat(codes(jsonElements(bytes("[{\"a\":1}, {\"a\":"))))
        .containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(codes(jsonElements(bytes("[{\"a\":1}"))))
        .containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(codes(jsonElements(bytes("{\"a\":1}\n{\"a\":\"x"))))
        .containsExactly(RejectionCode.UNREADABLE_FILE);
  }
}
