package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Encode;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.Request;
import io.turnmill.inference.Route;
import io.turnmill.inference.TextRow;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A task for one model is asked of another of the models of a feed. */
class RoutedTaskTest {
  private static final String OTHER = "other";

  /** Asks for the vectors of two texts, of lengths 1 and 2, and tells what came of its requests. */
  private static final class TwoTexts implements Task<String, String> {
    @Override
    public String name() {
      return "two";
    }

    @Override
    public String scope() {
      return "scope";
    }

    @Override
    public <T> ItemWork<T, String> begin(T row, Function<? super T, ? extends String> itemOf) {
      return new TwoTextsWork<>(row, itemOf.apply(row));
    }
  }

  private static final class TwoTextsWork<T> implements ItemWork<T, String> {
    private final T row;
    private final StringBuilder said;
    private final List<Request> left = new ArrayList<>(List.of(request(1), request(2)));
    private final Set<Request> open = Collections.newSetFromMap(new IdentityHashMap<>());

    TwoTextsWork(T row, String item) {
      this.row = row;
      this.said = new StringBuilder(item);
    }

    private static Request request(int tokens) {
      TokenIds ids = TokenIds.of(new int[tokens]);
      return new Encode(new TextRow(ids, ids, 0), 0);
    }

    @Override
    public List<Request> next() {
      List<Request> next = List.copyOf(left);
      left.clear();
      open.addAll(next);
      return next;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      assertThat(open.remove(request)).as("it is the request that was made").isTrue();
      said.append(' ').append(((Vector) outcome).values()[0]);
    }

    @Override
    public boolean done() {
      return left.isEmpty() && open.isEmpty();
    }

    @Override
    public T row() {
      return row;
    }

    @Override
    public TaskResult<String> result() {
      return new TaskResult.Ok<>(said.toString());
    }
  }

  private static Outcome length(Request request) {
    return new Vector(new float[] {((Encode) request).row().ids().size()}, 0);
  }

  @Test
  void itsRequestsGoToTheOtherModelAndComeBackAsTheyWereMade() throws InterruptedException {
    List<Request> asked = Collections.synchronizedList(new ArrayList<>());
    FakeBackend other =
        FakeBackend.answering(
            request -> {
              asked.add(request);
              return length(request);
            });
    List<Route> routes = List.of(Route.only(FakeBackend.silent(), 4), new Route(OTHER, other, 4));
    Task<String, String> task = new RoutedTask<>(new TwoTexts(), OTHER);

    try (Feed<ItemWork<String, String>> feed = Feed.open(routes, Optional.empty())) {
      feed.submit(task.begin("row", row -> row + ":"));
      ItemWork<String, String> done = feed.take();

      assertThat(done.row()).isEqualTo("row");
      assertThat(done.result()).isEqualTo(new TaskResult.Ok<>("row: 1.0 2.0"));
    }
    assertThat(asked).extracting(Request::model).containsOnly(OTHER).hasSize(2);
  }

  @Test
  void itIsTheSameTaskByNameAndScope() {
    RoutedTask<String, String> task = new RoutedTask<>(new TwoTexts(), OTHER);

    assertThat(task.name()).isEqualTo("two");
    assertThat(task.scope()).isEqualTo("scope");
  }
}
