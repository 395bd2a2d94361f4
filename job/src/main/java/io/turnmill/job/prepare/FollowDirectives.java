package io.turnmill.job.prepare;

import io.turnmill.job.rows.RestagedRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.KeyHash;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.SessionKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Does with the sessions of some buckets what their directives say. Copies go to the bucket of the
 * session that is kept, which another task may hold, so they are taken by themselves.
 *
 * @param buckets over how many buckets sessions are spread
 * @param copies whether only copies are returned, or only the others
 */
record FollowDirectives(int buckets, boolean copies)
    implements FlatMapFunction2<Iterator<Row>, Iterator<Tuple2<Integer, Directive>>, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Row> rows, Iterator<Tuple2<Integer, Directive>> directives) {
    Map<SessionKey, Directive> bySession = new HashMap<>();
    directives.forEachRemaining(of -> bySession.put(of._2().key(), of._2()));
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED), false)
        .flatMap(row -> followed(row, bySession))
        .iterator();
  }

  private Stream<Row> followed(Row row, Map<SessionKey, Directive> bySession) {
    Optional<Directive> directive =
        StagingRows.isSession(row)
            ? Optional.ofNullable(bySession.get(StagedRows.key(row)))
            : Optional.empty();
    boolean isCopy = directive.filter(one -> one.kind() == Directive.Kind.COPY).isPresent();
    return isCopy == copies
        ? Stream.of(directive.map(one -> followed(row, one)).orElse(row))
        : Stream.empty();
  }

  private Row followed(Row session, Directive directive) {
    String kept = directive.kept();
    return switch (directive.kind()) {
      case COPIED -> RestagedRows.copied(session);
      case COPY ->
          RestagedRows.duplicate(session, KeyHash.bucket(directive.keptKey(), buckets), kept);
      case REJECTED_DUPLICATE ->
          RestagedRows.rejected(
              session, RejectionCode.DUPLICATE_SESSION, "the same messages as session " + kept);
      case REJECTED_NEAR_DUPLICATE ->
          RestagedRows.rejected(
              session,
              RejectionCode.NEAR_DUPLICATE_SESSION,
              "nearly the same messages as session " + kept);
    };
  }
}
