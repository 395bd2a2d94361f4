package io.turnmill.job.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Values;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses JSON to plain values. If an object has a key twice, the last value counts. NaN and
 * Infinity, which are not JSON but which Python writes, are numbers.
 */
final class JsonText {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** The message with which Jackson reports that a limit of its own is exceeded. */
  private static final Pattern LIMIT =
      Pattern.compile(
          "(?:Document )?([A-Za-z ]+?) \\((\\d+)\\) exceeds the maximum allowed \\((\\d+)");

  private static final Pattern PYTHON =
      Pattern.compile("Unrecognized token '(?:True|False|None)'|Unexpected character \\('''");

  private JsonText() {}

  static DecodedRecord record(String text, Place place) {
    try {
      Object value = MAPPER.readValue(text, Object.class);
      if (value instanceof Map<?, ?> map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((name, field) -> fields.put((String) name, field));
        return new Fields(place, fields);
      }
      return new Broken(place, RejectionCode.NOT_AN_OBJECT, "the record is " + Values.kind(value));
    } catch (JsonProcessingException e) {
      return new Broken(place, RejectionCode.MALFORMED_JSON, what(e));
    }
  }

  /** The value of a cell that holds JSON; empty if the cell is not JSON. */
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

  /** The place and kind of the fault, but never Jackson's message, which quotes the text. */
  private static String what(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "the record ends too early";
    }
    String message = e.getOriginalMessage();
    Matcher limit = LIMIT.matcher(message);
    if (limit.lookingAt()) {
      return "its %s is %s, where %s is the most"
          .formatted(limit.group(1).toLowerCase(Locale.ROOT), limit.group(2), limit.group(3));
    }
    String where =
        e.getLocation() == null
            ? ""
            : "at character " + e.getLocation().getColumnNr() + " of its line";
    return where + kind(message);
  }

  private static String kind(String message) {
    if (PYTHON.matcher(message).lookingAt()) {
      return ": True, False, None and single quotes are Python's, not JSON";
    }
    if (message.startsWith("Trailing token")) {
      return ": the record goes on after the end of its object";
    }
    return message.startsWith("Illegal unquoted character")
        ? ": a control character inside of a text"
        : "";
  }
}
