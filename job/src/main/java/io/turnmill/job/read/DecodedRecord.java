package io.turnmill.job.read;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.util.Map;

/** One record of a file as plain values, or the reason why it could not be decoded. */
sealed interface DecodedRecord {
  Place place();

  /**
   * A record that could be decoded.
   *
   * @param values values of the classes that {@link io.turnmill.session.Values} lists; they may be
   *     null
   */
  record Fields(Place place, Map<String, Object> values) implements DecodedRecord {
    /** Tells the place only, because conversation text never reaches a log. */
    @Override
    public String toString() {
      return "Fields[" + place + "]";
    }
  }

  /** A record that could not be decoded, or the rest of a file that could not be read. */
  record Broken(Place place, RejectionCode code, String detail) implements DecodedRecord {}

  /** Decodes the bytes of one record. */
  interface Decoding {
    DecodedRecord decode() throws Utf8.InvalidUtf8;
  }

  /** Decodes one record. An exception rejects this record and no other. */
  static DecodedRecord decode(Place place, Decoding decoding) {
    try {
      return decoding.decode();
    } catch (Utf8.InvalidUtf8 e) {
      return new Broken(place, RejectionCode.INVALID_UTF8, e.getMessage());
    } catch (RuntimeException | Error thrown) {
      Fault fault = FaultLog.here().show(Fault.of(Step.READ, thrown));
      return new Broken(place, fault.rejection(), fault.detail());
    }
  }
}
