package io.turnmill.job.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.results.RunPrompts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.MessageType;

/**
 * Where the results of all variants for one session are: with {@code b} buckets for each variant,
 * bucket {@code n} has the sessions of the buckets {@code n + b}, {@code n + 2 b} and so on.
 *
 * @param variants how many variants the run had
 * @param each how many buckets each of them has
 * @param manifest of the run
 */
record VariantFiles(
    int variants, int each, JsonNode manifest, ResultFiles files, Configuration conf) {

  /**
   * Nothing where each session has one row, or where it is not known where its rows are, because
   * the run is not complete.
   *
   * @param manifest of the run
   */
  static Optional<VariantFiles> of(JsonNode manifest, ResultFiles files, Configuration conf) {
    int variants = manifest.path("variants").size();
    int buckets = manifest.path("books").path("buckets").asInt();
    boolean split = manifest.path("settings").path("variants_mode").asText().equals("split");
    return variants < 2 || split || buckets < variants
        ? Optional.empty()
        : Optional.of(new VariantFiles(variants, buckets / variants, manifest, files, conf));
  }

  /**
   * The rows of a session, in the order of the variants; none if an earlier variant has it, too, so
   * that it was shown with that.
   *
   * @param row one of them
   * @param file the file that it is in
   */
  List<ShownSession> all(ShownSession row, Path file) throws IOException {
    Optional<Integer> bucket = ShownRows.bucket(file).map(Integer::valueOf);
    if (bucket.isEmpty()) {
      return List.of(row);
    }
    List<ShownSession> all = new ArrayList<>();
    for (int other = bucket.get() % each; other < variants * each; other += each) {
      if (other == bucket.get()) {
        all.add(row);
        continue;
      }
      Optional<ShownSession> found = in(other, row);
      if (found.isPresent() && other < bucket.get()) {
        return List.of();
      }
      found.ifPresent(all::add);
    }
    return all;
  }

  private Optional<ShownSession> in(int bucket, ShownSession like) throws IOException {
    for (Iterator<Path> each = files.bucket(bucket).iterator(); each.hasNext(); ) {
      Path file = each.next();
      MessageType schema = ParquetRows.schema(file, conf);
      try (ShownSessions sessions =
          ShownSessions.open(
              file, schema, conf, Optional.of(like.id()), new RunPrompts(Optional.of(manifest)))) {
        while (sessions.hasNext()) {
          ShownSession found = sessions.next();
          if (found.tenant().equals(like.tenant())) {
            return Optional.of(found);
          }
        }
      }
    }
    return Optional.empty();
  }
}
