package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.rows.StagedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Attempts that die whenever a deadly session is in flight, until one does not. */
class AdmissionTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("tenant", DataTypes.StringType)
          .add("session_id", DataTypes.StringType)
          .add("deaths", DataTypes.IntegerType);

  /** What came of all attempts at one bucket. */
  private record Outcome(Set<String> ok, Set<String> quarantined, int deaths) {}

  private static Set<String> ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "s" + i)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Row> rows(Set<String> ids, ExecutorLosses deaths) {
    return ids.stream()
        .map(id -> row(id, 0))
        .map(row -> row(row.getAs("session_id"), deaths.of(StagedRows.hash(row))))
        .sorted(Comparator.comparing(AdmissionTest::deaths).reversed())
        .toList();
  }

  private static Row row(String id, int deaths) {
    return new GenericRowWithSchema(new Object[] {null, id, deaths}, SCHEMA);
  }

  private static int deaths(Row row) {
    return row.<Integer>getAs("deaths");
  }

  /**
   * Runs attempts at one bucket until one comes to its end.
   *
   * @param window sessions in flight at most
   */
  private static Outcome run(
      Set<String> all, Set<String> deadly, int window, int limit, Random random)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("flights");
    HadoopConf conf = new HadoopConf(new Configuration(false));
    InFlightStore flights =
        new InFlightStore(folder.toUri().toString(), conf, JobAttempt.first(), limit);
    for (int attempt = 0; ; attempt++) {
      int last = attempt;
      Set<String> ok = new TreeSet<>();
      Set<String> quarantined = new TreeSet<>();
      InFlightLog log = flights.log(0, attempt, false);
      List<Row> rows = rows(all, flights.deaths(0));
      Admission admission =
          new Admission(
              rows.iterator(),
              AdmissionTest::deaths,
              new Admission.Rules(window, limit),
              log,
              new ExclusiveGate().stay(() -> {}));
      if (fly(admission, window, deadly, random, ok, quarantined)) {
        admission.close();
        String[] notes = folder.resolve("bucket-0").toFile().list();
        assertThat(notes).noneMatch(name -> name.contains("-t" + last + "-"));
        FileUtils.deleteDirectory(folder.toFile());
        return new Outcome(ok, quarantined, attempt);
      }
    }
  }

  /** One attempt; false when it died, in the middle of everything. */
  private static boolean fly(
      Admission admission,
      int window,
      Set<String> deadly,
      Random random,
      Set<String> ok,
      Set<String> quarantined)
      throws InterruptedException {
    List<Row> inFlight = new ArrayList<>();
    while (admission.hasNext() || !inFlight.isEmpty()) {
      Optional<Row> guilty = admission.quarantined();
      if (guilty.isPresent()) {
        quarantined.add(guilty.get().getAs("session_id"));
        continue;
      }
      while (inFlight.size() < window) {
        Optional<Row> row = admission.next();
        if (row.isEmpty()) {
          break;
        }
        inFlight.add(row.get());
      }
      Row next = inFlight.get(random.nextInt(inFlight.size()));
      if (deadly.contains(next.<String>getAs("session_id"))) {
        return false;
      }
      inFlight.remove(next);
      admission.landed(next);
      ok.add(next.getAs("session_id"));
    }
    return true;
  }

  @Property(tries = 40)
  void deadlySessionsAreFoundAndAllOthersAreDone(
      @ForAll @IntRange(min = 1, max = 120) int sessions,
      @ForAll @IntRange(min = 0, max = 4) int deadly,
      @ForAll @IntRange(min = 1, max = 16) int window,
      @ForAll @IntRange(min = 2, max = 5) int limit,
      @ForAll Random random)
      throws Exception {
    Set<String> all = ids(sessions);
    Set<String> guilty = new TreeSet<>();
    for (int i = 0; i < deadly; i++) {
      guilty.add("s" + random.nextInt(sessions));
    }
    Outcome outcome = run(all, guilty, window, limit, random);
    Set<String> innocent = new TreeSet<>(all);
    innocent.removeAll(guilty);
    assertThat(outcome.quarantined()).isEqualTo(guilty);
    assertThat(outcome.ok()).isEqualTo(innocent);
    assertThat(outcome.deaths()).isLessThanOrEqualTo(limit * guilty.size());
  }
}
