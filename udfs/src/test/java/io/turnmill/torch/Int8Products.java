package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.turnmill.torch.source.WeightsSource;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Products of prepacked int8 matrices, the ones that need most bits among them, against the same
 * products in float64.
 */
final class Int8Products {
  private static final int[] TOKENS = {1, 2, 17, 33};
  private static final int[] OUT = {1, 16, 49};
  private static final int[] IN = {1, 2, 3, 36, 37, 131, 512};

  /** As {@code LinearKernel} multiplies; all sums fit into the 24 bits of a float32. */
  private static final String DIFFERENCE =
      """

        # w float32 [out, in]   x float32 [T, in], whole numbers from 0 to 255
        # returns float64 []: the greatest difference to the exact product of the quantised matrix
        def difference(self: __torch__.Weights, w: Tensor, x: Tensor, by_pairs: bool) -> Tensor:
          tables = (self).tables(1)
          (self).quantize_rows(tables, 0, "layer", w, by_pairs)
          exact = torch.mm(torch.to(x, 7) - 128., torch.t(torch.to(tables[0]["layer.weight"], 7)))
          (self).pack(tables, 0, "layer")
          y = ops.onednn.qlinear_pointwise(torch.to(x, 0), 1., 128, tables[0]["layer.weight"], torch.ones([torch.size(w, 0)]), torch.zeros([1], dtype=3), None, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
          return torch.max(torch.abs(torch.to(y, 7) - exact))
      """;

  private Int8Products() {}

  /**
   * The greatest difference, over matrices of many shapes.
   *
   * @param byPairs whether matrices are quantised for a processor without VNNI
   */
  static double greatestDifference(boolean byPairs) {
    PyTorch.engine();
    TorchLoader.plainExecution();
    JniUtils.setNumThreads(1); // of small products threads would only wait for one another
    Random random = new Random(1);
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        TorchModule module =
            TorchModule.compile(
                WeightsSource.CLASS_NAME, WeightsSource.text() + DIFFERENCE, manager)) {
      double greatest = 0;
      for (int tokens : TOKENS) {
        for (int out : OUT) {
          for (int in : IN) {
            float[] greatestX = filled(tokens * in, () -> 255);
            float[] anyX = filled(tokens * in, () -> random.nextInt(256));
            float[][] matrices = {
              filled(out * in, () -> 3),
              filled(out * in, () -> -3),
              filled(out * in, () -> random.nextBoolean() ? 100 : 1),
              filled(out * in, random::nextGaussian)
            };
            for (float[] matrix : matrices) {
              for (float[] x : new float[][] {greatestX, anyX}) {
                double difference = difference(module, manager, matrix, x, in, byPairs);
                greatest = Math.max(greatest, difference);
              }
            }
          }
        }
      }
      return greatest;
    }
  }

  private static float[] filled(int length, DoubleSupplier next) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) next.getAsDouble();
    }
    return values;
  }

  private static double difference(
      TorchModule module, PtNDManager manager, float[] w, float[] x, int in, boolean byPairs) {
    try (Arguments arguments = new Arguments(manager)) {
      return arguments
          .doubles(
              arguments.own(
                  module.run(
                      "difference",
                      arguments.matrix(w, in),
                      arguments.matrix(x, in),
                      arguments.flag(byPairs))))[0];
    }
  }
}
