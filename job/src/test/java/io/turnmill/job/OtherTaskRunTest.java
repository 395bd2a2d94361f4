package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.TextRow;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that is not of this project, over a backend that is not an engine, through the whole job:
 * it adds up what the backend says of each message.
 */
class OtherTaskRunTest {
  @TempDir Path folder;

  /** The number of characters of a text; one with an exclamation mark fails. */
  private static Outcome count(Request request) {
    Encode text = (Encode) request;
    TokenIds ids = text.row().ids();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) == '!') {
        return new Outcome.Failure(Outcome.FailureCode.NON_FINITE, "an exclamation mark");
      }
    }
    return new Outcome.Vector(new float[] {ids.size()}, text.cutTokens());
  }

  /** The lengths of a session's messages together; one message after the other. */
  private static final class Lengths implements Task<Session, Long> {
    @Override
    public String name() {
      return "lengths";
    }

    @Override
    public String scope() {
      return "lengths";
    }

    @Override
    public <T> ItemWork<T, Long> begin(T row, Function<? super T, ? extends Session> sessionOf) {
      return new LengthsWork<>(row, sessionOf.apply(row));
    }
  }

  private static final class LengthsWork<T> implements ItemWork<T, Long> {
    private final T row;
    private final List<Message> left;
    private boolean waits;
    private long sum;
    private TaskResult<Long> result;

    private LengthsWork(T row, Session session) {
      this.row = row;
      this.left = new ArrayList<>(session.messages());
      if (session.messages().get(0).content().isBlank()) {
        result = new TaskResult.Rejected<>(RejectionCode.EMPTY_CONTENT, "a blank one");
      }
    }

    @Override
    public List<Request> next() {
      if (waits || result != null) {
        return List.of();
      }
      waits = true;
      TokenIds ids = TokenIds.of(left.remove(0).content().chars().toArray());
      return List.of(new Encode(new TextRow(ids, ids, 0), 0));
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      waits = false;
      if (outcome instanceof Outcome.Vector vector) {
        sum += (long) vector.values()[0];
        if (left.isEmpty()) {
          result = new TaskResult.Ok<>(sum);
        }
      } else {
        result = new TaskResult.Failed<>(TaskFailureCode.ENGINE_ERROR, "not counted");
      }
    }

    @Override
    public boolean done() {
      return result != null;
    }

    @Override
    public T row() {
      return row;
    }

    @Override
    public TaskResult<Long> result() {
      return result;
    }
  }

  private record LengthsCodec() implements ResultCodec<Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Class<Long> type() {
      return Long.class;
    }

    @Override
    public StructType columns() {
      return new StructType().add("characters", "long");
    }

    @Override
    public Object[] encode(Long result, Row asked) {
      return new Object[] {result};
    }

    @Override
    public Object[] none() {
      return new Object[] {null};
    }

    @Override
    public List<String> counters() {
      return List.of("characters");
    }

    @Override
    public Map<String, Long> count(Row result) {
      return Map.of("characters", result.<Long>getAs("characters"));
    }

    @Override
    public Tokens tokens(Long result) {
      return Tokens.NONE;
    }
  }

  private record CountingLoader(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "counter";
    }

    @Override
    public ModelRuntime load() {
      DecoderFrontEnd parts = DecoderFrontEnd.open(options);
      Backend counter =
          FakeBackend.answering(parts.folder().fingerprint(), OtherTaskRunTest::count);
      return ModelRuntime.of(parts, new Lengths(), counter, 4);
    }
  }

  private static final class Counting implements ModelLoaderFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public ModelLoader of(RuntimeOptions options) {
      return new CountingLoader(options);
    }

    @Override
    public ResultCodec<?> codec(TaskOptions task) {
      return new LengthsCodec();
    }
  }

  @Test
  void itsResultsAreWrittenCountedShownAndResumed() throws IOException {
    StringBuilder lines = new StringBuilder();
    Map<String, Long> expected = new TreeMap<>();
    long sum = 0;
    for (int i = 0; i < 40; i++) {
      String text = "x".repeat(1 + i);
      lines.append(JobForTests.session("s" + i, text));
      expected.put("s" + i, (long) text.length());
      sum += text.length();
    }
    lines.append(JobForTests.session("bad", "no!"));
    Path archive = Files.writeString(folder.resolve("in.jsonl"), lines);
    JobForTests job = new JobForTests(folder.resolve("out"), new Counting());
    String[] settings = {
      "--input", archive.toString(), "--set=output.buckets=3", "--set=limits.max_failed_share=0.1"
    };
    assertThat(job.run(settings)).as(job.err()).isEqualTo(ExitCode.OK);

    Map<String, Long> found = new TreeMap<>();
    for (Row row : job.results()) {
      if (row.<String>getAs("status").equals("ok")) {
        found.put(row.getAs("session_id"), row.<Long>getAs("characters"));
      } else {
        assertThat(row.<String>getAs("session_id")).isEqualTo("bad");
        assertThat(row.<String>getAs("error_detail")).isEqualTo("not counted");
      }
    }
    assertThat(found).isEqualTo(expected);
    assertThat(job.manifest().path("books").path("characters").asLong()).isEqualTo(sum);
    assertThat(job.manifest().path("books").path("failed").asLong()).isOne();
    assertThat(job.command("show", folder.resolve("out").toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("session s");
    assertThat(job.run(settings)).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("This run is complete");
  }
}
