package io.turnmill.job.rows;

import io.turnmill.session.Scope;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;

/** Finds the codec for the results of a task, and for what these are merged into. */
public final class ResultCodecs {
  private ResultCodecs() {}

  public static ResultCodec<?> of(TaskOptions task) {
    if (task instanceof TaskOptions.Classify) {
      return new ClassificationsCodec();
    }
    if (task instanceof TaskOptions.Embed embed) {
      return new EmbeddingsCodec(embed.type());
    }
    if (task instanceof TaskOptions.Score score) {
      return new ScoresCodec(score.logprobs());
    }
    if (task instanceof TaskOptions.Extract) {
      return new ExtractionsCodec();
    }
    if (task instanceof TaskOptions.Summarise || task instanceof TaskOptions.Topics) {
      return new SummariesCodec();
    }
    if (task instanceof TaskOptions.Ask) {
      return new UnaskedCodec(); // an encoder is asked by its own options, if there is one
    }
    return new RepliesCodec(((TaskOptions.Reply) task).kind() != TaskKind.REPLY);
  }

  /**
   * The codec for items whose chunks were asked about.
   *
   * @param ofChunks the codec of what was answered about chunks
   * @param scope what the items are
   */
  public static MergedCodec<?> merged(TaskOptions task, ResultCodec<?> ofChunks, Scope scope) {
    return new MergedCodec<>(merge(task), ofChunks.columns(), scope);
  }

  private static ResultCodec<?> merge(TaskOptions task) {
    if (task instanceof TaskOptions.Classify) {
      return new LabelsMergeCodec();
    }
    if (task instanceof TaskOptions.Embed embed) {
      return new EmbeddingMergeCodec(embed.type());
    }
    if (task instanceof TaskOptions.Extract) {
      return new ExtractMergeCodec();
    }
    if (task instanceof TaskOptions.Summarise || task instanceof TaskOptions.Topics) {
      return new SummaryMergeCodec();
    }
    if (task instanceof TaskOptions.Ask) {
      return new AskedAnswersCodec();
    }
    throw new IllegalStateException(
        "Answers of the task " + task.kind().wireName() + " are not merged. This is a bug.");
  }
}
