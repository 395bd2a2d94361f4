package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.fault.FaultLog;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.FieldNames;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.RecordParser;
import io.turnmill.session.RecordParser.RecordLayout;
import io.turnmill.session.RoleTable;
import io.turnmill.session.Values;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Makes rows of decoded records, by the settings: how to parse them, and which fields to carry. */
final class RecordRows {
  private final FieldNames names;
  private final RecordParser parser;
  private final List<String> carry;

  RecordRows(InputConfig input) {
    InputConfig.Fields fields = input.fields();
    this.names = names(input.layout(), fields);
    this.carry = input.carry();
    this.parser =
        new RecordParser(
            names,
            layout(input.layout()),
            RoleTable.common().with(input.roles()),
            input.missingSessionId() == InputConfig.MissingSessionId.DERIVE,
            input.timestampUnit());
  }

  private static RecordLayout layout(InputConfig.Layout layout) {
    return switch (layout) {
      case AUTO -> RecordLayout.AUTO;
      case MESSAGES -> RecordLayout.MESSAGES;
      case SESSIONS -> RecordLayout.SESSIONS;
      case SHAREGPT -> RecordLayout.SHAREGPT;
      case DOCUMENTS -> RecordLayout.DOCUMENTS;
    };
  }

  private static FieldNames names(InputConfig.Layout layout, InputConfig.Fields fields) {
    return layout == InputConfig.Layout.DOCUMENTS
        ? FieldNames.ofDocuments(fields.sessionId(), fields.content())
        : FieldNames.of(
            fields.sessionId(),
            fields.turn(),
            fields.role(),
            fields.content(),
            fields.timestamp(),
            fields.messageId(),
            fields.tenant(),
            fields.messages());
  }

  /** The columns of a Parquet file that can matter. */
  Set<String> columns() {
    Set<String> columns = new HashSet<>(names.topLevel());
    columns.add("system");
    for (String name : carry) {
      columns.add(name);
      columns.add(name.split("\\.", 2)[0]);
    }
    return columns;
  }

  /** The row of a record. An exception while it is parsed rejects this record and no other. */
  Row row(DecodedRecord record) {
    try {
      return EntryRows.encode(parse(record));
    } catch (RuntimeException | Error thrown) {
      Fault fault = fault(thrown);
      return EntryRows.encode(
          ParsedRecord.Rejected.at(record.place(), fault.rejection(), fault.detail()));
    }
  }

  /**
   * The row of a record from a file that cannot be read to its end. If the record belongs to a
   * session, the row says that the session has to be rejected. Otherwise the record does not have a
   * row: like the unread part, it is counted with the row of the file and the file's bytes.
   */
  Optional<Row> rowOfLostFile(DecodedRecord record) {
    try {
      return parse(record) instanceof ParsedRecord.Entry entry
          ? Optional.of(EntryRows.encode(entry.lost()))
          : Optional.empty();
    } catch (RuntimeException | Error thrown) {
      fault(thrown);
      return Optional.empty();
    }
  }

  private static Fault fault(Throwable thrown) {
    return FaultLog.here().show(Fault.of(Step.PARSE, thrown));
  }

  private ParsedRecord parse(DecodedRecord record) {
    if (record instanceof DecodedRecord.Broken broken) {
      return ParsedRecord.Rejected.at(broken.place(), broken.code(), broken.detail());
    }
    DecodedRecord.Fields fields = (DecodedRecord.Fields) record;
    readMessagesText(fields.values());
    return parser.parse(fields.values(), fields.place(), carried(fields.values()));
  }

  /** Parses a list of messages that is written as JSON text, as it must be in CSV. */
  private void readMessagesText(Map<String, Object> values) {
    for (List<String> all : List.of(names.messages(), names.sharegpt())) {
      for (String name : all) {
        if (values.get(name) instanceof String text) {
          boolean blank = Values.isBlank(text);
          values.put(name, blank ? null : JsonText.value(text).orElse(text));
        }
      }
    }
  }

  /** The carried fields that are there and not empty: scalars as text, others as JSON. */
  private Map<String, String> carried(Map<String, Object> values) {
    Map<String, String> carried = new HashMap<>();
    for (String name : carry) {
      Object value = Values.find(values, name);
      if (Values.isThere(value)) {
        boolean nested = value instanceof Map || value instanceof List;
        String text = nested ? JsonText.write(value) : value.toString();
        if (!text.isEmpty()) {
          carried.put(name, text);
        }
      }
    }
    return carried;
  }
}
