package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of the task {@code ask} that are wrong together. */
class AskContradictionsTest {
  private static final String QUESTION = "ask.questions.rent = \"What is the rent?\"\n";

  @TempDir Path folder;

  private SettingsForTests settings() {
    return new SettingsForTests(folder);
  }

  @Test
  void everyProblemOfTheTaskIsReportedAtOnce() {
    assertThat(
            settings()
                .problems(
                    """
                    task.kind = ask
                    ask { questions { a = " ", b = [1] }, nothing = "--", k = 30 }
                    ask { encoder = e, reranker = r }
                    sampling { n = 2, temperature = 1 }
                    cascade.path = other
                    """))
        .containsExactlyInAnyOrder(
            "ask.questions: a must be a question in words",
            "ask.questions: b must be a question in words",
            "ask.nothing: must have a letter or a digit",
            "ask.encoder: it is asked with ask.retrieval = encoder alone, which is words",
            "ask.candidates: 20 is less than ask.k, which is 30",
            "sampling.n: with task.kind = ask each request has one answer, so it must be 1, but is"
                + " 2",
            "cascade.path: task.kind = ask has no confidence by which a second model could be"
                + " asked");
  }

  @Test
  void withoutQuestionsOrTheEncoderThatItNeedsTheTaskIsRefused() {
    assertThat(settings().problems("task.kind = ask"))
        .containsExactly("ask.questions: task.kind = ask has nothing to ask");
    assertThat(settings().problems(QUESTION + "task.kind = ask, ask.retrieval = encoder"))
        .containsExactly("ask.encoder: ask.retrieval = encoder needs one");
  }

  @Test
  void whatFitsTogetherIsTaken() {
    String ask = QUESTION + "task.kind = ask\n";
    for (String more :
        new String[] {
          "",
          "ask.retrieval = first",
          "ask { retrieval = encoder, encoder = e, k = 30 }",
          "ask { reranker = r, k = 20 }",
        }) {
      assertThat(settings().load(ask + more).ask().questions()).as(more).hasSize(1);
    }
  }

  @Test
  void settingsOfTheTaskAreNoProblemForOtherTasksUnlessTheyMakeNoSense() {
    assertThat(settings().load("ask { encoder = e, k = 30 }").ask().k()).isEqualTo(30);
    assertThat(settings().problems("ask.questions.a = \"\""))
        .containsExactly("ask.questions: a must be a question in words");
  }
}
