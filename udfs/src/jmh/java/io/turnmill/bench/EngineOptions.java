package io.turnmill.bench;

import picocli.CommandLine.Option;

/** How much a bench's engine has under way at once. */
public final class EngineOptions {
  @Option(
      names = "--max-num-seqs",
      paramLabel = "N",
      defaultValue = "64",
      description = "Slots of the engine (${DEFAULT-VALUE}).")
  private int maxNumSeqs;

  @Option(
      names = "--max-num-batched-tokens",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Tokens of a pass of the engine (${DEFAULT-VALUE}).")
  private int maxNumBatchedTokens;

  public int maxNumSeqs() {
    return maxNumSeqs;
  }

  public int maxNumBatchedTokens() {
    return maxNumBatchedTokens;
  }
}
