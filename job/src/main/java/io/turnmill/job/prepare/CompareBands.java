package io.turnmill.job.prepare;

import io.turnmill.clean.Leaders;
import io.turnmill.clean.Signature;
import io.turnmill.job.rows.ComparedRows;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Compares the sessions that meet in a band, which are adjacent and in the order of their ids, and
 * returns pairs as {@link ComparedRows#PAIRS} describes them: a session and an earlier one to which
 * it is similar. Holds the signatures of one band's leaders at a time.
 *
 * @param threshold the least similarity of near-duplicates
 */
record CompareBands(double threshold) implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  static final String BAND = "band";

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Pairs(rows);
  }

  private final class Pairs implements Iterator<Row> {
    private final Iterator<Row> rows;
    private Iterator<Row> ready = Collections.emptyIterator();
    private Leaders leaders = new Leaders(threshold);
    private String owner = "";
    private long band;

    Pairs(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && rows.hasNext()) {
        ready = pairs(rows.next());
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.next();
    }

    private Iterator<Row> pairs(Row row) {
      String rowOwner = row.getAs(ComparedRows.OWNER);
      long rowBand = row.<Long>getAs(BAND);
      if (rowBand != band || !rowOwner.equals(owner)) {
        leaders = new Leaders(threshold);
        band = rowBand;
        owner = rowOwner;
      }
      String session = row.getAs(ComparedRows.SESSION_ID);
      Signature signature = Signature.of(row.<byte[]>getAs(ComparedRows.SIGNATURE));
      List<String> similar = leaders.similarTo(session, signature);
      return similar.stream().map(kept -> RowFactory.create(rowOwner, session, kept)).iterator();
    }
  }
}
