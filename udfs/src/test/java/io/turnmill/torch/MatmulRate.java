package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;

/** The best rate at which the PyTorch of this process multiplies large matrices on the CPU. */
public final class MatmulRate {
  private static final int[] SIZES = {1024, 2048, 4096};
  private static final int ROUNDS = 7;

  private static final String SOURCE =
      """
      class Products(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def operand(self: __torch__.Products, size: int, dtype: int, packed: bool) -> Tensor:
          w = torch.to(torch.rand([size, size]), dtype)
          if packed:
            w = ops.mkldnn._reorder_linear_weight(w)
          return w

        def multiply(self: __torch__.Products, x: Tensor, w: Tensor, packed: bool) -> Tensor:
          if packed:
            y = ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
          else:
            y = torch.linear(x, w, None)
          return y
      """;

  private MatmulRate() {}

  /** Operations a second, a multiplication and an addition each; of plain and prepacked ones. */
  public static double best(TorchOptions options) {
    double best = 0;
    try (PtNDManager manager =
            (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
        TorchModule module = TorchModule.compile("Products", SOURCE, manager)) {
      TorchLoader.plainExecution();
      JniUtils.setNumThreads(options.threads());
      for (int size : SIZES) {
        double product = 2.0 * size * size * size;
        best = Math.max(best, product / seconds(module, manager, options, size, false));
        if (options.kernel().prepacked()) {
          best = Math.max(best, product / seconds(module, manager, options, size, true));
        }
      }
    }
    return best;
  }

  /** Of the fastest of some products. */
  private static double seconds(
      TorchModule module, PtNDManager manager, TorchOptions options, int size, boolean packed) {
    double fastest = Double.MAX_VALUE;
    try (Arguments arguments = new Arguments(manager)) {
      IValue rows = arguments.number(size);
      IValue type = arguments.number(options.resolved().code());
      IValue x = arguments.own(module.run("operand", rows, type, arguments.flag(false)));
      IValue w = arguments.own(module.run("operand", rows, type, arguments.flag(packed)));
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        module.run("multiply", x, w, arguments.flag(packed)).close();
        fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
      }
    }
    return fastest;
  }
}
