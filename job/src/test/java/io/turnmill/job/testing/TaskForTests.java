package io.turnmill.job.testing;

import static io.turnmill.job.testing.JobForTests.MODEL;

import io.turnmill.task.TaskKind;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that a run can be asked for.
 *
 * @param name in words, for people
 * @param model the folder of the model that is asked
 * @param settings options of the command line
 */
public record TaskForTests(String name, String model, List<String> settings) {
  private static final String CLASSIFIER = folder("topic-mini");
  private static final String EMBEDDER = folder("embed-mini");

  private static String folder(String model) {
    return JobForTests.ROOT.resolve("samples/models").resolve(model).toString();
  }

  private static TaskForTests of(String name, String model, String... settings) {
    return new TaskForTests(
        name, model, Stream.of(settings).map(setting -> "--set=" + setting).toList());
  }

  /** Everything that a run can be asked for: each kind of task, and each way to ask it. */
  public static List<TaskForTests> all() {
    return Stream.concat(
            Stream.of(TaskKind.values()).flatMap(kind -> of(kind).stream()), inOtherWays().stream())
        .toList();
  }

  /** A kind of task, once for each kind of model that can be asked. */
  public static List<TaskForTests> of(TaskKind kind) {
    String chosen = "task.kind=" + kind.wireName();
    return switch (kind) {
      case REPLY -> List.of(of("reply", MODEL, chosen));
      case REPLAY -> List.of(of("replay", MODEL, chosen));
      case ROLLOUT -> List.of(of("rollout", MODEL, chosen));
      case CLASSIFY ->
          List.of(
              of("classify by an encoder", CLASSIFIER, chosen, "classify.too_long=reject"),
              of("classify by a decoder", MODEL, chosen, "classify.labels=[praise, complaint]"));
      case EMBED ->
          List.of(of("embed", EMBEDDER, chosen, "embed.each=turn", "embed.too_long=reject"));
      case EXTRACT -> List.of(of("extract", MODEL, chosen, "extract.questions={ who = \"Who?\" }"));
      case SUMMARISE -> List.of(of("summarise", MODEL, chosen));
      case ASK, TOPICS -> List.of(); // see AskRunTest and TopicsRunTest
      case SCORE -> List.of(of("score", MODEL, chosen, "score.logprobs=true"));
    };
  }

  private static List<TaskForTests> inOtherWays() {
    return List.of(
        of(
            "variants, the second of which breaks the model",
            MODEL,
            "variants.first={}",
            "variants.second.prompt.system_prompt=" + StoppingModelLoader.STONE),
        of(
            "a cascade",
            MODEL,
            "cascade.path=" + MODEL,
            "cascade.dtype=float32",
            "cascade.below=0.6"),
        of(
            "a row for each turn, and copies of duplicates",
            MODEL,
            "task.kind=replay",
            "output.layout=turn",
            "clean.duplicate_sessions=copy"));
  }

  /** Whether sessions are asked about in chunks. */
  public boolean isAskedInChunks() {
    return Stream.of(TaskKind.values())
        .filter(TaskKind::isAskedInChunks)
        .anyMatch(kind -> settings.contains("--set=task.kind=" + kind.wireName()));
  }

  /** Whether it is a setting, and not a session, that has {@link StoppingModelLoader#STONE}. */
  public boolean hasStone() {
    return settings.stream().anyMatch(setting -> setting.contains(StoppingModelLoader.STONE));
  }

  @Override
  public String toString() {
    return name;
  }
}
