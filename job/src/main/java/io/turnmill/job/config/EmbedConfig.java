package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.Unit;
import java.io.Serializable;

/** What is asked by the task {@code embed}. */
public record EmbedConfig(
    @Doc("What gets a vector each: the session, every turn, or the turns of one role.")
        @Default("session")
        Unit each,
    @Doc(
            "The name of one of the model's prompts, such as query or document, which is put in"
                + " front of each text; empty: the model's default one.")
        @Default("")
        @Words("name of a prompt")
        String prompt,
    @Doc(
            "How the states of a text's tokens become one vector; model: as its folder says, which"
                + " is the last token for a model that writes text.")
        @Default("model")
        Pooling pooling,
    @Doc("Whether vectors have length 1; model: as its folder says.") @Default("model")
        Normalize normalize,
    @Doc("How many of the first numbers are kept, for Matryoshka models; 0: all.")
        @Default("0")
        @Range(from = 0)
        int dimensions,
    @Doc(
            "How numbers are stored; float16: rounded to half precision; int8: whole numbers, to be"
                + " multiplied by the column scale.")
        @Default("float32")
        VectorType dtype,
    @Doc(
            "A text longer than the model takes is encoded in chunks, whose vectors are averaged by"
                + " their tokens; or it is cut, and the answer says by how much; or rejected.")
        @Default("chunk")
        TooLong tooLong)
    implements Serializable {

  /** How states become one vector, as sentence-transformers names it. */
  public enum Pooling {
    /** As the model's folder says. */
    MODEL,
    CLS,
    MEAN,
    MAX,
    MEAN_SQRT_LEN,
    WEIGHTED_MEAN,
    LAST_TOKEN
  }
}
