package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.Feed;
import io.turnmill.inference.SamplingParams;
import io.turnmill.model.ModelException;
import io.turnmill.model.SettingException;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TaskResult;
import io.turnmill.task.Unit;
import io.turnmill.task.ask.AskedAnswer;
import io.turnmill.task.ask.AskedAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sample models answer questions about a document together. */
class AskingTest {
  private static final List<String> CHUNKS =
      List.of(
          "The train to the airport leaves every ten minutes.",
          "The hotel room costs ninety euros a night, breakfast included.",
          "The restaurant serves fish and vegetables.");

  private static RuntimeOptions options(String model, TaskOptions task) {
    return new RuntimeOptions(
        Model.of("../samples/models/" + model),
        RuntimeOptions.Budgets.OPEN,
        RuntimeOptions.Prompts.PLAIN,
        SamplingParams.greedy(8),
        false,
        List.of(),
        0,
        task);
  }

  private static ModelRuntime writer(String question) {
    return ModelRuntime.load(
        options(
            "chat-mini",
            new TaskOptions.Ask(
                Map.of("price", question), Retrieval.ENCODER, 1, 0, 3, "", "NONE", "")));
  }

  private static ModelRuntime encoder() {
    return ModelRuntime.load(
        options(
            "embed-mini",
            new TaskOptions.Embed(
                Unit.SESSION, "", "", Normalize.MODEL, 0, VectorType.INT8, TooLong.CHUNK)));
  }

  private static <T, R> List<TaskResult<R>> all(ModelRuntime models, List<ItemWork<T, R>> works)
      throws InterruptedException {
    List<TaskResult<R>> results = new ArrayList<>();
    for (ItemWork<T, R> work : works) {
      try (Feed<ItemWork<T, R>> feed = models.open(Optional.empty())) {
        feed.submit(work);
        results.add(feed.take().result());
      }
    }
    return results;
  }

  private static Session session(String text) {
    return new Session(
        new SessionKey(Optional.empty(), "id"), List.of(Message.of(0, Role.USER, text)), Map.of());
  }

  @Test
  @SuppressWarnings("unchecked") // the options say what the tasks are
  void oneRuntimeHasTheChunksEncodedAndTheQuestionsAnswered() throws InterruptedException {
    try (ModelRuntime models =
        ModelRuntime.asking(
            writer("How much is a night in the hotel?"),
            Optional.of(encoder()),
            Optional.empty())) {
      Task<Session, Answers<Embedding>> embed = (Task<Session, Answers<Embedding>>) models.task();
      List<TaskResult<Answers<Embedding>>> vectors =
          all(models, CHUNKS.stream().map(text -> embed.begin(text, AskingTest::session)).toList());
      List<ChunkAnswer<Answers<Embedding>>> chunks = new ArrayList<>();
      for (String text : CHUNKS) {
        int number = chunks.size();
        Chunk chunk = new Chunk(number, new Span(0, text.length()), 0, 9, 0, 0, List.of());
        chunks.add(new ChunkAnswer<>(chunk, text, vectors.get(number)));
      }
      Task<ChunkedItem<Answers<Embedding>>, AskedAnswers> ask =
          (Task<ChunkedItem<Answers<Embedding>>, AskedAnswers>) models.merge();
      ChunkedItem<Answers<Embedding>> item = new ChunkedItem<>("id", Map.of(), chunks);

      List<TaskResult<AskedAnswers>> results = all(models, List.of(ask.begin("row", any -> item)));

      AskedAnswer answer = ((TaskResult.Ok<AskedAnswers>) results.get(0)).value().answers().get(0);
      assertThat(answer.given()).hasSize(1);
      assertThat(answer.given().get(0).number()).isEqualTo(1);
      assertThat(answer.written().completionTokens()).isBetween(1, 8);
      assertThat(models.countTokens(CHUNKS.get(0))).isPositive();
    }
  }

  @Test
  void chunksThatAreToBeFoundByVectorsNeedAnEncoder() {
    try (ModelRuntime writer = writer("Why?")) {
      assertThatThrownBy(() -> ModelRuntime.asking(writer, Optional.empty(), Optional.empty()))
          .isInstanceOf(SettingException.class)
          .hasMessage("ask.retrieval: there is no ask.encoder.");
    }
  }

  @Test
  void aQuestionThatTheEncoderWouldCutIsRefused() {
    try (ModelRuntime writer = writer("why ".repeat(1000));
        ModelRuntime encoder = encoder()) {
      assertThatThrownBy(() -> ModelRuntime.asking(writer, Optional.of(encoder), Optional.empty()))
          .isInstanceOf(SettingException.class)
          .hasMessageMatching(
              "ask\\.questions: price has \\d+ tokens more than the encoder takes\\.");
    }
  }

  @Test
  void anEncoderWithoutAScoreIsNoReranker() {
    try (ModelRuntime writer = writer("Why?");
        ModelRuntime encoder = encoder()) {
      assertThatThrownBy(
              () -> ModelRuntime.asking(writer, Optional.of(encoder), Optional.of(encoder)))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith("it is not a reranker, which gives one score to a pair of texts.");
    }
  }
}
