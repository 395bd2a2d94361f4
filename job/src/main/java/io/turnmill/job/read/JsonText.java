package io.turnmill.job.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Strict JSON as plain values. Of equal keys in one object the last one counts. */
final class JsonText {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private JsonText() {}

  static DecodedRecord record(String text, Place place) {
    try {
      Object value = MAPPER.readValue(text, Object.class);
      if (value instanceof Map<?, ?> map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((name, field) -> fields.put((String) name, field));
        return new Fields(place, fields);
      }
      return new Broken(place, RejectionCode.NOT_AN_OBJECT, "");
    } catch (JsonProcessingException e) {
      return new Broken(place, RejectionCode.MALFORMED_JSON, where(e));
    }
  }

  /** The value of a cell that holds JSON, or nothing if it is none. */
  static Optional<Object> value(String text) {
    try {
      return Optional.ofNullable(MAPPER.readValue(text, Object.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A value written as JSON. */
  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a decoded value cannot be written. This is a bug.", e);
    }
  }

  static boolean isComplete(String text) throws JsonEOFException {
    try {
      MAPPER.readValue(text, Object.class);
      return true;
    } catch (JsonEOFException e) {
      throw e;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** The place only: Jackson's messages quote the text. */
  private static String where(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "the record ends too early";
    }
    return e.getLocation() == null
        ? ""
        : "at character " + e.getLocation().getColumnNr() + " of its line";
  }
}
