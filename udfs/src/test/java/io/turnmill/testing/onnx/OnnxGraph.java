package io.turnmill.testing.onnx;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the weights of an ONNX file are: its constants, and where its integer products take them.
 *
 * @param tensors by name, in the order of the file
 * @param products by the name of a constant, the path of the module that multiplies by it, such as
 *     {@code encoder.layer.0.output.dense}
 */
record OnnxGraph(Map<String, OnnxTensor> tensors, Map<String, String> products) {
  private static final String PRODUCT = "/MatMul_quant";

  /** Reads a {@code ModelProto}. */
  static OnnxGraph of(ByteBuffer message) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    Map<String, String> products = new LinkedHashMap<>();
    for (ProtoField field : ProtoField.of(only(message, 7))) {
      switch (field.number()) {
        case 1 -> addProduct(products, field.content());
        case 5 -> {
          OnnxTensor tensor = OnnxTensor.of(field.content());
          tensors.put(tensor.name(), tensor);
        }
        default -> {} // inputs, outputs, and what people read
      }
    }
    return new OnnxGraph(tensors, products);
  }

  OnnxTensor tensor(String name) {
    OnnxTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the graph has no constant " + name);
    }
    return tensor;
  }

  /** Takes a {@code NodeProto} whose name is the path of its module, as PyTorch exports it. */
  private static void addProduct(Map<String, String> products, ByteBuffer node) {
    List<ProtoField> fields = ProtoField.of(node);
    if (!texts(fields, 4).contains("MatMulInteger")) {
      return;
    }
    String path = texts(fields, 3).get(0);
    if (!path.startsWith("/") || !path.endsWith(PRODUCT)) {
      throw new IllegalArgumentException("a product is not named after its module: " + path);
    }
    String module = path.substring(1, path.length() - PRODUCT.length()).replace('/', '.');
    products.put(texts(fields, 1).get(1), module);
  }

  private static List<String> texts(List<ProtoField> fields, int number) {
    return fields.stream().filter(field -> field.number() == number).map(ProtoField::text).toList();
  }

  private static ByteBuffer only(ByteBuffer message, int number) {
    return ProtoField.of(message).stream()
        .filter(field -> field.number() == number)
        .map(ProtoField::content)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not an ONNX model: it has no graph"));
  }
}
