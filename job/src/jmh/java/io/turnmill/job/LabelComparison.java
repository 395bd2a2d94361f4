package io.turnmill.job;

import io.turnmill.bench.Table;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Labels of a decoder: the task {@code classify}, which scores all of them and writes nothing,
 * against the task {@code reply}, which writes one after the same prompt. A written label has as
 * many tokens as the longest of them, whatever the model says, and no token for its end. Both reuse
 * prefixes.
 *
 * <p>Before either, the conversation has to be computed, which neither can save. So the same is
 * done a second time with sessions that all have one conversation, which is computed once: what is
 * left are the labels.
 */
final class LabelComparison implements Comparison {
  /** Of about equally many tokens. */
  private static final List<String> TEXTS =
      List.of(
          "an account or a card",
          "a booking or a visit",
          "something does not work",
          "anything else at all");

  /** Sessions of the runs before the first that counts, which start what is slow at first. */
  private static final int WARM_UP = 20;

  private final JobSetup setup;
  private final BenchSessions sessions;
  private final List<Labels> kinds;

  /**
   * Labels to choose from.
   *
   * @param title what they are
   * @param names the labels
   * @param meanings what each means; none if they say it themselves
   * @param tokens of each
   */
  private record Labels(
      String title, List<String> names, List<String> meanings, List<Integer> tokens) {

    static Labels of(String title, List<String> names, List<String> meanings, Tokenizer tokenizer) {
      List<Integer> tokens =
          names.stream().map(name -> tokenizer.encode(name, List.of()).size()).toList();
      return new Labels(title, names, meanings, tokens);
    }

    int longest() {
      return tokens.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    int together() {
      return tokens.stream().mapToInt(Integer::intValue).sum();
    }

    /** The settings of the task {@code classify}. */
    List<String> settings() {
      List<String> settings = new ArrayList<>();
      settings.add("task.kind=classify");
      settings.add("classify.labels=" + names.stream().map(Labels::quoted).toList());
      if (!meanings.isEmpty()) {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          entries.add(quoted(names.get(i)) + "=" + quoted(meanings.get(i)));
        }
        settings.add("classify.descriptions={" + String.join(", ", entries) + "}");
      }
      return settings;
    }

    private static String quoted(String text) {
      return "\"" + text + "\"";
    }

    /** The template of a message that asks for a label in the words of {@code classify}. */
    String question() {
      StringBuilder text = new StringBuilder();
      text.append("Which of these labels fits the conversation below best?\n\nPossible answers:");
      for (int i = 0; i < names.size(); i++) {
        text.append("\n- ").append(names.get(i));
        text.append(meanings.isEmpty() ? "" : ": " + meanings.get(i));
      }
      text.append("\n\nConversation:\n{{ transcript }}\n\n");
      return text.append("Give one of the possible answers and nothing else.").toString();
    }
  }

  LabelComparison(JobSetup setup, int sessions) {
    this.setup = setup;
    this.sessions = BenchSessions.open(sessions);
    Path file = setup.model().resolve("tokenizer.json");
    try (Tokenizer tokenizer = HuggingFaceFileTokenizer.load(file)) {
      this.kinds =
          List.of(
              Labels.of("words", TEXTS, List.of(), tokenizer),
              Labels.of("letters", List.of("A", "B", "C", "D"), TEXTS, tokenizer));
    }
  }

  @Override
  public void begin() throws IOException {
    Way.written(setup, kinds.get(0), BenchSessions.open(WARM_UP));
    Way.scored(setup, kinds.get(0), BenchSessions.open(WARM_UP));
    System.out.printf(Locale.ROOT, "%,d sessions%n%n", sessions.sessions().size());
    for (Labels labels : kinds) {
      System.out.printf(
          Locale.ROOT,
          "%s: %d labels of %s tokens; one that is written has %d%n",
          labels.title,
          labels.names.size(),
          labels.tokens.stream().map(String::valueOf).collect(Collectors.joining(", ")),
          labels.longest());
    }
    System.out.println();
    Table.head(
        "labels",
        "conversations",
        "way",
        "inference, seconds",
        "whole, seconds",
        "sessions/s",
        "× written",
        "tokens of prompts and labels/s",
        "× written",
        "tokens of labels/s",
        "× written",
        "computed a session");
  }

  @Override
  public void round() throws IOException {
    for (Labels labels : kinds) {
      compare(labels, "different", sessions);
      compare(labels, "one for all", sessions.alike());
    }
  }

  private void compare(Labels labels, String conversations, BenchSessions all) throws IOException {
    Way written = Way.written(setup, labels, all);
    Way scored = Way.scored(setup, labels, all);
    Comparison.checkSame("tokens of prompts", scored.promptTokens, written.promptTokens);
    String[] first = {labels.title, conversations};
    print(first, "written", written, written);
    print(first, "scored", scored, written);
  }

  /**
   * What one way took and did.
   *
   * @param labelTokens tokens of the labels that were written or scored
   */
  private record Way(JobRun job, int sessions, long promptTokens, long labelTokens) {

    static Way written(JobSetup setup, Labels labels, BenchSessions all) throws IOException {
      Path question = JobSetup.WORK.resolve("question.jinja");
      Files.writeString(question, labels.question());
      List<String> settings =
          List.of(
              "task.kind=reply",
              "prompt.message_file=" + question,
              "sampling.max_tokens=" + labels.longest(),
              "sampling.ignore_eos=true");
      Way way = of(setup, settings, all, labels.longest());
      Comparison.checkSame("tokens", way.job.counted("completion_tokens"), way.labelTokens);
      return way;
    }

    static Way scored(JobSetup setup, Labels labels, BenchSessions all) throws IOException {
      return of(setup, labels.settings(), all, labels.together());
    }

    private static Way of(JobSetup setup, List<String> settings, BenchSessions all, int labelTokens)
        throws IOException {
      Path archive = JobSetup.archive(all);
      JobRun job = setup.run(archive, setup.limits().maxNumBatchedTokens(), settings);
      int sessions = all.sessions().size();
      return new Way(job, sessions, job.counted("prompt_tokens"), (long) sessions * labelTokens);
    }

    double sessionRate() {
      return sessions / job.inference();
    }

    double rate() {
      return (promptTokens + labelTokens) / job.inference();
    }

    double labelRate() {
      return labelTokens / job.inference();
    }
  }

  private static void print(String[] first, String name, Way way, Way written) {
    Table.row(
        first[0],
        first[1],
        name,
        Table.number(way.job.inference(), 1),
        Table.number(way.job.whole(), 1),
        Table.number(way.sessionRate(), 1),
        Table.number(way.sessionRate() / written.sessionRate(), 2),
        Table.number(way.rate(), 0),
        Table.number(way.rate() / written.rate(), 2),
        Table.number(way.labelRate(), 0),
        Table.number(way.labelRate() / written.labelRate(), 2),
        Table.number((double) way.job.computed() / way.sessions, 1));
  }
}
