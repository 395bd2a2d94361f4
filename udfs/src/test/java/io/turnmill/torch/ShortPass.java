package io.turnmill.torch;

import io.turnmill.model.ModelFolder;
import io.turnmill.torch.source.AttentionKernel;
import java.util.Locale;

/** Real decoders on a device that is short of memory. */
public final class ShortPass {
  private ShortPass() {}

  /**
   * A decoder that asks for far too much memory in each pass of more than {@code tokens}, when keys
   * and values of all layers are written.
   */
  public static TorchForwardPass load(ModelFolder folder, TorchOptions options, int tokens) {
    return TorchForwardPass.load(
        folder,
        options,
        AttentionKernel.BY_LENGTH,
        source -> {
          String behind = "    finite = torch.isfinite(";
          String fault =
              String.format(
                  Locale.ROOT,
                  """
                  if torch.size(ids, 0) > %d:
                    x = x + torch.zeros([1125899906842624], device=ops.prim.device(x))
              """,
                  tokens);
          String edited = source.replace(behind, fault + behind);
          if (edited.equals(source)) {
            throw new IllegalStateException("The source has no such line.");
          }
          return edited;
        });
  }
}
