package io.turnmill.job.rows;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.turnmill.document.DocumentText;
import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParsedDocument;
import io.turnmill.document.parse.RefusedDocument;
import io.turnmill.session.KeyHash;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Scope;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Staged rows of documents: each is a session of one message, which is its text, with {@link
 * StagedRows#STRUCTURE} besides. What is known of it is in {@code carried}.
 */
public final class DocumentRows {
  private static final String PLAIN = StructureJson.of(DocumentText.of(""));

  private DocumentRows() {}

  /**
   * The row of a document, as {@link StagingRows#STRUCTURED} describes it.
   *
   * @param file the name of its file
   * @param buckets over how many buckets documents are spread
   */
  public static Row document(ParsedDocument document, String file, int buckets) {
    Session session =
        new Session(
            new SessionKey(Optional.empty(), document.id()),
            List.of(Message.of(0, Role.USER, document.text().text())),
            metadata(document.name(), document.metadata()));
    return StagingRows.structured(session, StructureJson.of(document.text()), buckets, file);
  }

  /**
   * The row of a text that was put together, and that is in no file.
   *
   * @param buckets over how many buckets such texts are spread
   */
  public static Row made(String id, DocumentText text, int buckets) {
    Session session =
        new Session(
            new SessionKey(Optional.empty(), id),
            List.of(Message.of(0, Role.USER, text.text())),
            Map.of());
    return StagingRows.structured(session, StructureJson.of(text), buckets, null);
  }

  private static Map<String, String> metadata(String name, DocumentMetadata of) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("name", name);
    metadata.put("content_type", of.contentType());
    of.title().ifPresent(title -> metadata.put("title", title));
    of.author().ifPresent(author -> metadata.put("author", author));
    if (!of.recipients().isEmpty()) {
      metadata.put("recipients", String.join(", ", of.recipients()));
    }
    of.created().ifPresent(time -> metadata.put("created", time.toString()));
    of.modified().ifPresent(time -> metadata.put("modified", time.toString()));
    of.language().ifPresent(language -> metadata.put("language", language));
    return metadata;
  }

  /** The row of what did not become a document. */
  public static Row refused(RefusedDocument refused, String file, int buckets) {
    SessionKey key = new SessionKey(Optional.empty(), refused.id());
    return StagingRows.rejectedDocument(
        KeyHash.bucket(key, buckets), key, refused.code().wireName(), refused.detail(), file);
  }

  /**
   * Sessions of one message each, which were read from tables, as documents.
   *
   * @param sessions rows of {@link StagingRows#SCHEMA}
   */
  public static Dataset<Row> ofTables(Dataset<Row> sessions) {
    return sessions
        .withColumn(
            "scope",
            when(col("scope").equalTo(Scope.SESSION.wireName()), Scope.DOCUMENT.wireName())
                .otherwise(col("scope")))
        .withColumn(StagedRows.STRUCTURE, lit(PLAIN));
  }
}
