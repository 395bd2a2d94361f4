package io.turnmill.runtime;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Request;
import io.turnmill.inference.Score;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkSession;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TaskResult;
import io.turnmill.task.TextWriter;
import io.turnmill.task.ask.AskModels;
import io.turnmill.task.ask.AskTask;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long the text of a chunk may be, so that what asks about it fits as well. */
final class PromptRoom {
  /** For headings above a chunk, and the id and the fields of its document. */
  private static final int MARGIN = 64;

  /** The margin takes at most this part of a short context. */
  private static final int PART = 8;

  /** No chunk is shorter, however little room there is: then it is rejected as too long. */
  private static final int LEAST = 8;

  private static final String WORD = "a";
  private static final Chunk CHUNK =
      new Chunk(0, new Span(0, WORD.length()), 0, 1, 0, 0, List.of());

  private PromptRoom() {}

  /**
   * What is left of a prompt for the text of a chunk.
   *
   * @param most the most tokens of a prompt
   * @param around how many of them the longest prompt about a short text has
   */
  static int left(int most, int around) {
    int left = most - around;
    return Math.max(LEAST, left - Math.min(MARGIN, left / PART));
  }

  /** The tokens of the longest prompt by which a task asks about a chunk of one word. */
  static int around(Task<Session, ?> task) {
    Session chunk = ChunkSession.of(new SessionKey(Optional.empty(), WORD), CHUNK, WORD, Map.of());
    return longest(task.begin(WORD, row -> chunk));
  }

  /** The same for the task {@code ask}, which shows chunks with a question. */
  static int around(Ask ask, TextWriter writer) {
    Ask one =
        new Ask(
            ask.questions(),
            Retrieval.FIRST,
            1,
            0,
            1,
            ask.prompt(),
            ask.nothing(),
            ask.queryPrompt());
    AskTask<Answers<?>> task =
        new AskTask<>(one, new AskModels(writer, Optional.empty(), Optional.empty()));
    TaskResult<Answers<?>> unasked = new TaskResult.Ok<>(new Answers<>(List.of(), List.of()));
    ChunkedItem<Answers<?>> item =
        new ChunkedItem<>(WORD, Map.of(), List.of(new ChunkAnswer<>(CHUNK, WORD, unasked)));
    return longest(task.begin(WORD, row -> item));
  }

  private static int longest(ItemWork<?, ?> work) {
    int longest = 0;
    do {
      for (Request request : work.next()) {
        longest = Math.max(longest, tokens(request));
      }
    } while (work.hasYielded());
    return longest;
  }

  private static int tokens(Request request) {
    if (request instanceof Score score) {
      int longest = score.continuations().stream().mapToInt(TokenIds::size).max().orElse(0);
      return score.prompt().size() + longest;
    }
    return request instanceof Generate generate ? generate.prompt().size() : 0;
  }
}
