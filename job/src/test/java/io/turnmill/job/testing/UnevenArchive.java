package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An archive for runs that stop in the middle: one bucket is the cheapest, so that it comes last,
 * and a session in it has {@link StoppingModelLoader#STONE}, unless a setting of the task has it.
 * Some sessions are equal, some are too long, spoil a model's numbers or have no user turn, and one
 * record is broken.
 */
public final class UnevenArchive {
  private static final int BUCKETS = 4;
  private static final int CHEAPEST = 2;
  private static final int SESSIONS = 30;

  /** A session is as the one of this many numbers before it. */
  private static final int DIFFERENT = 20;

  private final Path file;
  private final TaskForTests task;
  private final StringBuilder lines = new StringBuilder();

  private UnevenArchive(Path file, TaskForTests task) {
    this.file = file;
    this.task = task;
  }

  /** Writes an archive for a task. */
  public static UnevenArchive write(Path file, TaskForTests task) throws IOException {
    UnevenArchive archive = new UnevenArchive(file, task);
    archive.addSessions();
    Files.writeString(file, archive.lines.append("{broken\n"));
    return archive;
  }

  private void addSessions() {
    boolean isStoneLeft = !task.hasStone();
    for (int i = 0; i < SESSIONS; i++) {
      boolean isCheap = bucket("s" + i) == CHEAPEST;
      int number = i % DIFFERENT;
      String text = ("number" + number + " ").repeat(isCheap ? 2 : 20);
      boolean isStone = isCheap && isStoneLeft;
      if (isStone) {
        add("s" + i, StoppingModelLoader.STONE, 1); // with something that can be scored
      } else {
        add("s" + i, text, isCheap ? 0 : 1 + number % 3);
      }
      isStoneLeft &= !isStone;
    }
    add(costly("long"), "word ".repeat(9000), 0);
    add(costly("mute"), List.of(Map.of("role", "assistant", "content", "Hello?")));
    if (task.model().equals(JobForTests.MODEL)) {
      add(costly("spoilt"), FakeModelLoader.POISON, 0);
    }
  }

  /** An id in another bucket than the cheapest one. */
  private static String costly(String name) {
    return Stream.iterate(name, id -> id + "-")
        .filter(id -> bucket(id) != CHEAPEST)
        .findFirst()
        .orElseThrow();
  }

  /** A session of this many earlier turns by the user, each with an answer, and one more. */
  private void add(String id, String text, int earlierTurns) {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int turn = 0; turn < earlierTurns; turn++) {
      messages.add(Map.of("role", "user", "content", text + "before " + turn));
      messages.add(Map.of("role", "assistant", "content", "Answer " + turn + " to " + text));
    }
    messages.add(Map.of("role", "user", "content", text));
    add(id, messages);
  }

  private void add(String id, List<Map<String, String>> messages) {
    ObjectNode session = ArchiveForTests.JSON.createObjectNode().put("session_id", id);
    ArrayNode array = session.putArray("messages");
    for (Map<String, String> message : messages) {
      ObjectNode node = array.addObject();
      node.put("role", message.get("role")).put("content", message.get("content"));
    }
    lines.append(session).append('\n');
  }

  /**
   * @param id of a session, or of a chunk of one, {@code #} and its number after that of the
   *     session
   */
  private static int bucket(String id) {
    String[] parts = id.split("#", 2);
    SessionKey session = new SessionKey(Optional.empty(), parts[0]);
    int number = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
    return StagingRows.bucketOfChunk(session, number, BUCKETS);
  }

  /** Options of a run of the task over the archive. */
  public List<String> options() {
    List<String> options = new ArrayList<>(List.of("--input", file.toString()));
    options.addAll(task.settings());
    options.add("--set=output.buckets=" + BUCKETS);
    options.add("--set=limits.max_rejected_share=1");
    options.add("--set=limits.max_failed_share=1");
    // How much of a prompt is taken from another one depends on which of them is begun first.
    options.add("--set=engine.enable_prefix_caching=false");
    return options;
  }

  /**
   * Of the sessions that a whole run asks those that are asked by a run over some of its buckets.
   *
   * @param asked the ids of all sessions, as often as they are asked
   * @param buckets of the whole run, one for each bucket of the archive and each variant
   * @param done the buckets that are not run
   */
  public static List<String> askedOf(List<String> asked, int buckets, Set<Integer> done) {
    int variants = buckets / BUCKETS;
    Map<String, Long> times =
        asked.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return IntStream.range(0, buckets)
        .filter(bucket -> !done.contains(bucket))
        .boxed()
        .flatMap(
            bucket ->
                asked.stream()
                    .distinct()
                    .filter(id -> bucket(id) == bucket % BUCKETS)
                    .flatMap(id -> Stream.generate(() -> id).limit(times.get(id) / variants)))
        .sorted()
        .toList();
  }
}
