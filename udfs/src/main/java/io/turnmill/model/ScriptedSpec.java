package io.turnmill.model;

import java.nio.file.Path;

/**
 * An encoder that comes as a TorchScript file, as DJL's converter traces it: {@code
 * forward(input_ids, attention_mask[, token_type_ids])}, each int64 [rows, longest].
 *
 * @param architecture what {@code config.json} says, for people to read
 * @param file the TorchScript file
 * @param tokenTypes whether {@code forward} has a third argument
 * @param padTokenId fills shorter rows up
 * @param head how states become a vector; of a classification only the activation of its scores
 */
public record ScriptedSpec(
    String architecture,
    Path file,
    int vocabSize,
    int maxPositions,
    int hiddenSize,
    boolean tokenTypes,
    int padTokenId,
    EncoderHead head)
    implements ModelSpec {

  /** Blocks are the file's own affair. */
  @Override
  public int layers() {
    return 0;
  }
}
