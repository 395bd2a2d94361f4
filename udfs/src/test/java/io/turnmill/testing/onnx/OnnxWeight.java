package io.turnmill.testing.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor as PyTorch names and lays it out, in float32.
 *
 * @param numbers makes its bytes, little-endian: they are held no longer than they are written
 */
record OnnxWeight(String name, List<Integer> shape, Supplier<ByteBuffer> numbers) {
  private static final String QUANTIZED = "_quantized";
  private static final String SCALE = "_scale";

  /** All weights of a graph, in the order of its constants. */
  static List<OnnxWeight> of(OnnxGraph graph) {
    List<OnnxWeight> weights = new ArrayList<>();
    for (OnnxTensor tensor : graph.tensors().values()) {
      String module = graph.products().get(tensor.name());
      if (module != null) {
        List<Integer> shape = List.of(tensor.shape().get(1), tensor.shape().get(0));
        weights.add(new OnnxWeight(module + ".weight", shape, () -> matrix(graph, tensor).flip()));
      } else if (tensor.name().endsWith(QUANTIZED)) {
        weights.add(
            new OnnxWeight(base(tensor), tensor.shape(), () -> table(graph, tensor).flip()));
      } else if (tensor.type() == OnnxTensor.Type.FLOAT && !tensor.name().endsWith(SCALE)) {
        weights.add(new OnnxWeight(tensor.name(), tensor.shape(), () -> plain(tensor).flip()));
      }
    }
    return weights;
  }

  int bytes() {
    return Float.BYTES * shape.stream().reduce(1, Math::multiplyExact);
  }

  private static String base(OnnxTensor tensor) {
    return tensor.name().substring(0, tensor.name().length() - QUANTIZED.length());
  }

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer plain(OnnxTensor tensor) {
    ByteBuffer numbers = floats(tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      numbers.putFloat(tensor.real(i));
    }
    return numbers;
  }

  /** An embedding: one scale and one zero point for all of it. */
  private static ByteBuffer table(OnnxGraph graph, OnnxTensor tensor) {
    Scaling scaling = Scaling.of(graph, tensor);
    ByteBuffer numbers = floats(tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      numbers.putFloat(scaling.real(tensor.whole(i), 0));
    }
    return numbers;
  }

  /** From [in][out] with a scale and a zero point for each output to [out][in]. */
  private static ByteBuffer matrix(OnnxGraph graph, OnnxTensor tensor) {
    Scaling scaling = Scaling.of(graph, tensor);
    int in = tensor.shape().get(0);
    int out = tensor.shape().get(1);
    ByteBuffer numbers = floats(tensor.size());
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        numbers.putFloat(scaling.real(tensor.whole(i * out + o), o));
      }
    }
    return numbers;
  }

  /** How numbers of 8 bits become real ones. */
  private record Scaling(OnnxTensor scales, OnnxTensor zeroPoints) {

    static Scaling of(OnnxGraph graph, OnnxTensor tensor) {
      String base = base(tensor);
      return new Scaling(graph.tensor(base + SCALE), graph.tensor(base + "_zero_point"));
    }

    /** Rounded once: the difference is exact. */
    float real(int number, int output) {
      return (number - zeroPoints.whole(output)) * scales.real(output);
    }
  }
}
