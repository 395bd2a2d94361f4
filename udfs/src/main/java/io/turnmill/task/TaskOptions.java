package io.turnmill.task;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is asked, with everything that changes an answer and is not of the model or its prompts. */
public sealed interface TaskOptions extends Serializable {

  TaskKind kind();

  /** Replies to turns by the user. */
  record Reply(TaskKind kind) implements TaskOptions {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Labels for parts of sessions.
   *
   * @param unit what one label is for
   * @param labels the labels that a decoder chooses from; an encoder has its own
   * @param descriptions what labels mean, for a decoder; may lack some
   * @param question what a decoder is asked; empty for a general question
   * @param query a text that is compared with each part by an encoder that takes pairs; empty for
   *     none
   * @param queryField the name of the carried field that holds such a text; empty for none
   * @param choice how labels follow from scores
   * @param tooLong what happens to a text that is longer than an encoder takes
   */
  record Classify(
      Unit unit,
      List<String> labels,
      Map<String, String> descriptions,
      String question,
      String query,
      String queryField,
      Choice choice,
      TooLong tooLong)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    public Classify {
      labels = List.copyOf(labels);
      descriptions = Collections.unmodifiableMap(new LinkedHashMap<>(descriptions));
    }

    @Override
    public TaskKind kind() {
      return TaskKind.CLASSIFY;
    }
  }

  /**
   * How labels follow from scores.
   *
   * @param multiLabel whether each label applies or does not, whatever the others do; otherwise
   *     exactly one does
   * @param threshold of several labels those apply that have at least this score
   * @param unsureBelow the one label is marked as unsure if its score is below this
   * @param topK how many scores are kept, the greatest ones; 0 for all
   */
  record Choice(boolean multiLabel, double threshold, double unsureBelow, int topK)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Vectors for parts of sessions.
   *
   * @param unit what one vector is for
   * @param prompt the name of the model's prompt that is put in front of each text; empty for its
   *     default one
   * @param pooling how the states of a text's tokens become one vector; empty for what the model
   *     says
   * @param normalize whether vectors have length 1
   * @param dimensions how many of the first numbers are kept; 0 for all
   * @param type how the numbers are stored
   * @param tooLong what happens to a text that is longer than the model takes
   */
  record Embed(
      Unit unit,
      String prompt,
      String pooling,
      Normalize normalize,
      int dimensions,
      VectorType type,
      TooLong tooLong)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    @Override
    public TaskKind kind() {
      return TaskKind.EMBED;
    }
  }

  /**
   * Log-probabilities of what is in the archive.
   *
   * @param fields names of carried fields, each of which is scored as a reply to the last user
   *     turn; none: the assistant's turns are scored
   * @param logprobs whether the log-probability of each token is told
   */
  record Score(List<String> fields, boolean logprobs) implements TaskOptions {
    private static final long serialVersionUID = 1L;

    public Score {
      fields = List.copyOf(fields);
    }

    @Override
    public TaskKind kind() {
      return TaskKind.SCORE;
    }
  }

  /** What happens to a text that is longer than the model takes. */
  enum TooLong {
    /** It is encoded in parts, whose vectors are averaged, each with the weight of its tokens. */
    CHUNK,
    /** Its end is left out, and the answer says how many tokens that were. */
    CUT,
    /** It has no answer, but a code. */
    REJECT
  }

  /** Whether vectors are divided by their length. */
  enum Normalize {
    /** As the model's folder says. */
    MODEL,
    YES,
    NO
  }

  /** How the numbers of a vector are stored. */
  enum VectorType {
    FLOAT32,
    /** Rounded to half precision. */
    FLOAT16,
    /** Whole numbers from -127 to 127, which are to be multiplied by a scale of the vector. */
    INT8;

    /** As it stands in the settings. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
