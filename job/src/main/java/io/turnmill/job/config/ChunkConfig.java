package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import java.io.Serializable;

/** How long texts are cut into chunks. */
public record ChunkConfig(
    @Doc(
            "Most tokens of a chunk, by the tokenizer of the model that is asked; fewer if the model"
                + " takes fewer.")
        @Default("512")
        @Range(from = 8)
        int maxTokens,
    @Doc("How much of a chunk the next one repeats, as a share of chunk.max_tokens.")
        @Default("0.2")
        @Range(from = 0, to = 0.5)
        double overlap,
    @Doc(
            "What an encoder is given of a chunk; text: its text alone; headings: also the path of"
                + " the headings above it. The results hold the text alone.")
        @Default("text")
        EmbedText embedText)
    implements Serializable {

  /** What an encoder is given of a chunk. */
  public enum EmbedText {
    TEXT,
    HEADINGS
  }
}
