package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.ToDoubleBiFunction;

/**
 * The best rates that the PyTorch of this process reaches on a device: for the product of large
 * matrices, and for the memory.
 */
public final class DeviceRates {
  private static final int[] CPU_SIZES = {1024, 2048, 4096};
  private static final int[] GPU_SIZES = {4096, 8192};
  private static final long COPIED_BYTES = 1L << 30;
  private static final int ROUNDS = 7;

  private static final String SOURCE =
      """
      class Rates(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def operand(self: __torch__.Rates, rows: int, columns: int, dtype: int, device: str, packed: bool) -> Tensor:
          w = torch.to(torch.rand([rows, columns], dtype=6, device=torch.device(device)), dtype)
          if packed:
            w = ops.mkldnn._reorder_linear_weight(w)
          return w

        def multiply(self: __torch__.Rates, x: Tensor, w: Tensor, packed: bool) -> float:
          if packed:
            y = ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
          else:
            y = torch.linear(x, w, None)
          return (self).done(y)

        def copy(self: __torch__.Rates, x: Tensor, y: Tensor) -> float:
          return (self).done(torch.copy_(y, x))

        # Waits for the device.
        def done(self: __torch__.Rates, y: Tensor) -> float:
          return float(torch.select(torch.select(y, 0, 0), 0, 0))
      """;

  private DeviceRates() {}

  private interface Timed {
    IValue run();
  }

  /** Operations a second, a multiplication and an addition each; of plain and prepacked ones. */
  public static double matmul(TorchOptions options) {
    return BriefThread.call("matmul", () -> matmulHere(options));
  }

  /** The same on this thread. */
  static double matmulHere(TorchOptions options) {
    boolean packs = options.kernel().prepacked();
    return with(
        options,
        (module, arguments) -> {
          double best = 0;
          for (int size : options.onCpu() ? CPU_SIZES : GPU_SIZES) {
            double product = 2.0 * size * size * size;
            for (boolean packed : packs ? new boolean[] {false, true} : new boolean[] {false}) {
              IValue x = operand(module, arguments, options, size, size, false);
              IValue w = operand(module, arguments, options, size, size, packed);
              IValue flag = arguments.flag(packed);
              best = Math.max(best, product / seconds(() -> module.run("multiply", x, w, flag)));
            }
          }
          return best;
        });
  }

  /** Bytes a second, read or written, of a large copy. */
  public static double memory(TorchOptions options) {
    return BriefThread.call("memory", () -> memoryHere(options));
  }

  private static double memoryHere(TorchOptions options) {
    return with(
        options,
        (module, arguments) -> {
          int columns = 1024;
          int rows = (int) (COPIED_BYTES / columns / options.resolved().bytes());
          IValue x = operand(module, arguments, options, rows, columns, false);
          IValue y = operand(module, arguments, options, rows, columns, false);
          return 2 * COPIED_BYTES / seconds(() -> module.run("copy", x, y));
        });
  }

  private static double with(
      TorchOptions options, ToDoubleBiFunction<TorchModule, Arguments> measure) {
    try (PtNDManager manager =
            (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
        TorchModule module = TorchModule.compile("Rates", SOURCE, manager);
        Arguments arguments = new Arguments(manager)) {
      TorchLoader.plainExecution();
      JniUtils.setNumThreads(options.threads());
      return measure.applyAsDouble(module, arguments);
    }
  }

  private static IValue operand(
      TorchModule module,
      Arguments arguments,
      TorchOptions options,
      int rows,
      int columns,
      boolean packed) {
    return arguments.own(
        module.run(
            "operand",
            arguments.number(rows),
            arguments.number(columns),
            arguments.number(options.resolved().code()),
            arguments.text(options.device()),
            arguments.flag(packed)));
  }

  /** Of the fastest of some calls. */
  private static double seconds(Timed call) {
    double fastest = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      call.run().close();
      fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
    }
    return fastest;
  }
}
