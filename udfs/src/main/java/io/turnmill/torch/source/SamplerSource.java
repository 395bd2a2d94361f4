package io.turnmill.torch.source;

/** TorchScript source of the sampler, which draws tokens from scores. */
public final class SamplerSource {
  public static final String CLASS_NAME = "Sampler";

  /** Columns of {@code draws}. */
  public static final int COLUMNS = 5;

  /** Columns of {@code edits}. */
  public static final int EDIT_COLUMNS = 5;

  private SamplerSource() {}

  public static String text() {
    return SourceText.read("sampler");
  }
}
