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

  /** What is asked about one chunk, which is a session of one message. */
  default TaskOptions ofChunk() {
    return this;
  }

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
   * @param merge how the labels of a long text follow from those of its chunks
   */
  record Classify(
      Unit unit,
      List<String> labels,
      Map<String, String> descriptions,
      String question,
      String query,
      String queryField,
      Choice choice,
      TooLong tooLong,
      LabelMerge merge)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    public Classify {
      labels = List.copyOf(labels);
      descriptions = Collections.unmodifiableMap(new LinkedHashMap<>(descriptions));
    }

    /** Labels for sessions that are not cut into chunks. */
    public Classify(
        Unit unit,
        List<String> labels,
        Map<String, String> descriptions,
        String question,
        String query,
        String queryField,
        Choice choice,
        TooLong tooLong) {
      this(
          unit,
          labels,
          descriptions,
          question,
          query,
          queryField,
          choice,
          tooLong,
          LabelMerge.MEAN);
    }

    /** The same for one chunk, which has to tell the scores of all labels. */
    @Override
    public Classify ofChunk() {
      Choice all = new Choice(choice.multiLabel(), choice.threshold(), choice.unsureBelow(), 0);
      return new Classify(
          Unit.SESSION, labels, descriptions, question, query, queryField, all, tooLong, merge);
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
   * How the labels of a long text follow from those of its chunks.
   *
   * @param background with {@link MergeRule#ANY} and one label for each text, the label that says
   *     that there is nothing to find; empty for {@code No} if the labels are yes and no, and
   *     otherwise for none
   */
  record LabelMerge(MergeRule rule, String background) implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final LabelMerge MEAN = new LabelMerge(MergeRule.MEAN, "");
  }

  /** Which of the scores of chunks count for the whole text. */
  enum MergeRule {
    /** For each label the greatest one. */
    MAX,
    /** For each label the mean, by the tokens of the chunks. */
    MEAN,
    /** Each chunk votes for its labels, and the scores are shares of the votes. */
    VOTE,
    /** A label applies if any chunk has it with at least the threshold. */
    ANY
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
    public Embed ofChunk() {
      return new Embed(Unit.SESSION, prompt, pooling, normalize, dimensions, type, tooLong);
    }

    @Override
    public TaskKind kind() {
      return TaskKind.EMBED;
    }

    /**
     * Whether vectors are divided by their length.
     *
     * @param modelNormalizes whether the vectors that the model gives have length 1
     */
    public boolean unitLength(boolean modelNormalizes) {
      return switch (normalize) {
        case MODEL -> modelNormalizes;
        case YES -> true;
        case NO -> false;
      };
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

  /**
   * Answers to questions, each put to each chunk of a long text.
   *
   * @param questions what is asked, by the name that the answers have in the results
   * @param prompt the source of a template that replaces {@link ChunkPrompts#EXTRACT}; empty for
   *     that one
   * @param nothing what the model is to write if a chunk has no answer
   */
  record Extract(Map<String, String> questions, String prompt, String nothing)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    public Extract {
      questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
    }

    @Override
    public TaskKind kind() {
      return TaskKind.EXTRACT;
    }
  }

  /**
   * A summary of each chunk of a long text, and summaries of these, until one is left.
   *
   * @param prompt the source of a template that replaces {@link ChunkPrompts#SUMMARISE}; empty for
   *     that one
   * @param reducePrompt the same for {@link ChunkPrompts#REDUCE}
   * @param finalPrompt the template of the last round; empty for that of the other rounds
   */
  record Summarise(String prompt, String reducePrompt, String finalPrompt) implements TaskOptions {
    private static final long serialVersionUID = 1L;

    @Override
    public TaskKind kind() {
      return TaskKind.SUMMARISE;
    }
  }

  /**
   * Questions about documents, answered from the chunks that fit them best.
   *
   * @param questions what is asked, by the name that the answers have in the results; at least one
   * @param retrieval by what chunks are chosen
   * @param k how many chunks are chosen for a question; at least 1
   * @param neighbours how many chunks before and after each of them are given as well
   * @param candidates how many chunks a reranker compares with a question; at least {@code k}
   * @param prompt the source of a template that replaces the usual one of the message by which the
   *     model is asked; empty for that one
   * @param nothing what the model is to write if the chunks have no answer
   * @param queryPrompt the name of the encoder's prompt that is put in front of a question; empty
   *     for {@code query} where the encoder has a prompt of that name
   */
  record Ask(
      Map<String, String> questions,
      Retrieval retrieval,
      int k,
      int neighbours,
      int candidates,
      String prompt,
      String nothing,
      String queryPrompt)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    public Ask {
      questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
    }

    @Override
    public TaskKind kind() {
      return TaskKind.ASK;
    }
  }

  /** By what the chunks for a question are chosen. */
  enum Retrieval {
    /** By the cosine between vectors of chunk and question. */
    ENCODER,
    /** By the words that chunk and question share. */
    WORDS,
    /** The first ones of the document, whatever the question. */
    FIRST
  }

  /**
   * What many items are about.
   *
   * @param count how many clusters there are at most; 0 for a number that the vectors suggest
   * @param threshold an item belongs to its cluster if the cosine to the centre is at least this
   * @param examples how many examples a cluster has
   * @param sample how many members of a cluster the model is shown, in order to name it
   * @param seed the seed of the clustering
   * @param prompt the source of a template that replaces {@link TopicPrompts#TEXTS}; empty for that
   *     one
   * @param reducePrompt the same for {@link TopicPrompts#REDUCE}
   * @param finalPrompt the same for {@link TopicPrompts#LAST}
   */
  record Topics(
      int count,
      double threshold,
      int examples,
      int sample,
      long seed,
      String prompt,
      String reducePrompt,
      String finalPrompt)
      implements TaskOptions {
    private static final long serialVersionUID = 1L;

    @Override
    public TaskKind kind() {
      return TaskKind.TOPICS;
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
