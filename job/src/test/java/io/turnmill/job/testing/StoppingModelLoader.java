package io.turnmill.job.testing;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.session.Session;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * As {@link FakeModelLoader}, and the whole model breaks, as with a lost device, when it comes to a
 * certain text while that is dangerous.
 */
public record StoppingModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Its first byte is in no other text of the tests, and no encoder of theirs knows it. */
  public static final String STONE = "\ud800\udf48";

  public static final AtomicBoolean DANGEROUS = new AtomicBoolean();

  /** The sessions that models were asked, by id, in any order, as often as they were. */
  private static final List<String> ASKED = Collections.synchronizedList(new ArrayList<>());

  /** The sessions that all models were asked since the last call, in order of their ids. */
  public static List<String> takeAsked() {
    synchronized (ASKED) {
      List<String> asked = ASKED.stream().sorted().toList();
      ASKED.clear();
      return asked;
    }
  }

  @Override
  public String identity() {
    return "stopping " + options;
  }

  @Override
  public ModelRuntime load() {
    return FakeModelLoader.load(
        options,
        STONE,
        () -> {
          if (DANGEROUS.get()) {
            throw new IllegalStateException("The device is gone.");
          }
        },
        Noting::new);
  }

  /** Notes which sessions it is asked. */
  private record Noting<R>(Task<Session, R> task) implements Task<Session, R> {
    @Override
    public String name() {
      return task.name();
    }

    @Override
    public String scope() {
      return task.scope();
    }

    @Override
    public <T> ItemWork<T, R> begin(T row, Function<? super T, ? extends Session> sessionOf) {
      ASKED.add(sessionOf.apply(row).key().sessionId());
      return task.begin(row, sessionOf);
    }
  }
}
