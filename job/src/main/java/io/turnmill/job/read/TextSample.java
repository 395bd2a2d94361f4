package io.turnmill.job.read;

import io.turnmill.job.rows.EntryRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * The function of one task: returns the beginnings of the texts of its first rows, so that no more
 * than a few kilobytes of each text leave the executor.
 *
 * @param characters the most UTF-16 units of all texts of the task together
 */
record TextSample(int characters) implements MapPartitionsFunction<Row, String> {
  /** The most UTF-16 units of one text, so that a long text is not the whole sample. */
  private static final int MOST_OF_ONE = 4096;

  @Override
  public Iterator<String> call(Iterator<Row> rows) {
    List<String> sample = new ArrayList<>();
    int left = characters;
    while (left > 0 && rows.hasNext()) {
      for (String text : EntryRows.texts(List.of(rows.next()))) {
        int length = Math.min(text.length(), Math.min(left, MOST_OF_ONE));
        sample.add(beginning(text, length));
        left -= length;
      }
    }
    sample.removeIf(String::isEmpty);
    return sample.iterator();
  }

  /** The beginning of a text, without half of a character at its end. */
  private static String beginning(String text, int length) {
    boolean splits =
        length > 0 && length < text.length() && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, splits ? length - 1 : length);
  }
}
