package io.turnmill.torch;

/** TorchScript source of what {@link Weights} does with tensors. */
final class WeightsSource {
  static final String CLASS_NAME = "Weights";

  private WeightsSource() {}

  static final String TEXT =
      """
      class Weights(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def tables(self: __torch__.Weights, count: int) -> List[Dict[str, Tensor]]:
          tables = annotate(List[Dict[str, Tensor]], [])
          for i in range(count):
            torch.append(tables, annotate(Dict[str, Tensor], {}))
          return tables

        def packs(self: __torch__.Weights, count: int) -> List[Dict[str, __torch__.torch.classes.quantized.LinearPackedParamsBase]]:
          tables = annotate(List[Dict[str, __torch__.torch.classes.quantized.LinearPackedParamsBase]], [])
          for i in range(count):
            torch.append(tables, annotate(Dict[str, __torch__.torch.classes.quantized.LinearPackedParamsBase], {}))
          return tables

        # The first `elements` of a file, read-only in effect: the mapping is private.
        def map_file(self: __torch__.Weights, path: str, elements: int, dtype: int) -> Tensor:
          return torch.from_file(path, False, elements, dtype=dtype)            # [elements]

        # A view of the file where type and device allow.
        def read(self: __torch__.Weights, file: Tensor, start: int, elements: int, shape: List[int], stored: int, dtype: int, device: str) -> Tensor:
          values = torch.narrow(file, 0, start, elements)
          if ops.prim.dtype(values) != stored:                                  # bytes at an odd place
            values = torch.view_copy(torch.clone(values), dtype=stored)
          return torch.to(torch.view(values, shape), torch.device(device), dtype)

        # float32: w + scaling * b @ a, the product transposed for an embedding.
        # w [out, in]   a [rank, in]   b [out, rank]
        def merge(self: __torch__.Weights, w: Tensor, a: Tensor, b: Tensor, scaling: float, transposed: bool) -> Tensor:
          delta = torch.mm(b, a) * scaling
          if transposed:
            delta = torch.t(delta)
          return w + delta

        # Each row of w gets the length that magnitude [out] says.
        def stretch(self: __torch__.Weights, w: Tensor, magnitude: Tensor) -> Tensor:
          lengths = torch.norm(w, 2, [1], True)                                 # [out, 1]
          return w * (torch.reshape(magnitude, [-1, 1]) / lengths)

        def put(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, value: Tensor, dtype: int, device: str) -> int:
          tables[table][name] = torch.to(value, torch.device(device), dtype)
          return table

        # Scale of each row of w, float32 [out]: the greatest value becomes 127.
        def scales(self: __torch__.Weights, w: Tensor) -> Tensor:
          return torch.clamp(torch.amax(torch.abs(w), [1]) / 127., 1.0e-12)

        # w float32 [out, in]
        def prepack(self: __torch__.Weights, packs: List[Dict[str, __torch__.torch.classes.quantized.LinearPackedParamsBase]], table: int, name: str, w: Tensor) -> int:
          zeros = torch.zeros([torch.size(w, 0)], dtype=4)
          q = torch.quantize_per_channel(w, (self).scales(w), zeros, 0, 12)
          packs[table][name] = ops.quantized.linear_prepack(q, None)
          return table

        def quantize(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor) -> int:
          scales = (self).scales(w)
          tables[table][name + ".weight"] = torch.to(torch.round(w / torch.unsqueeze(scales, 1)), 1)
          tables[table][name + ".scale"] = scales
          return table
      """;
}
