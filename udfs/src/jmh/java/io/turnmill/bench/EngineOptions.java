package io.turnmill.bench;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How much a bench's engine has under way at once. */
public final class EngineOptions {
  private static final int DECODER_TOKENS = 1024;
  private static final int ENCODER_TOKENS = 2048;

  @Option(
      names = "--max-num-seqs",
      paramLabel = "N",
      defaultValue = "64",
      description = "Slots of the engine (${DEFAULT-VALUE}).")
  private int maxNumSeqs;

  @Option(
      names = "--max-num-batched-tokens",
      paramLabel = "N",
      description = "Tokens of a pass of the engine (1024; 2048 for an encoder).")
  private Optional<Integer> maxNumBatchedTokens = Optional.empty();

  public int maxNumSeqs() {
    return maxNumSeqs;
  }

  public int maxNumBatchedTokens() {
    return maxNumBatchedTokens.orElse(DECODER_TOKENS);
  }

  /** Tokens of a pass of an encoder. */
  public int textTokens() {
    return maxNumBatchedTokens.orElse(ENCODER_TOKENS);
  }
}
