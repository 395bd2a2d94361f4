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

        def convert(self: __torch__.Weights, w: Tensor, dtype: int) -> Tensor:
          return torch.to(w, dtype)

        def put(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, value: Tensor, dtype: int, device: str) -> int:
          tables[table][name] = torch.to(value, torch.device(device), dtype)
          return table

        # Scale of each row of w, float32 [out]: the greatest value becomes 127; or the greatest sum
        # of two neighbours of one sign (0 and 1, 2 and 3, ...), which rounding makes 128 at most.
        def scales(self: __torch__.Weights, w: Tensor, by_pairs: bool) -> Tensor:
          if by_pairs:
            even = torch.constant_pad_nd(w, [0, torch.size(w, 1) % 2], 0)
            pairs = torch.reshape(even, [torch.size(w, 0), -1, 2])              # [out, in / 2, 2]
            sums = torch.maximum(torch.sum(torch.relu(pairs), [2]), torch.sum(torch.relu(torch.neg(pairs)), [2]))
          else:
            sums = torch.abs(w)
          return torch.clamp(torch.amax(sums, [1]) / 127., 1.0e-12)

        # Layouts of oneDNN's; 64 rows are what they are made for, and serve others as well.
        def reorder(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor) -> int:
          tables[table][name + ".weight"] = ops.mkldnn._reorder_linear_weight(w, 64)
          return table

        def reorder_int8(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor) -> int:
          (self).quantize_rows(tables, table, name, w, False)
          return (self).pack(tables, table, name)

        def reorder_int8_by_pairs(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor) -> int:
          (self).quantize_rows(tables, table, name, w, True)
          return (self).pack(tables, table, name)

        def pack(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str) -> int:
          tables[table][name + ".weight"] = ops.onednn.qlinear_prepack(tables[table][name + ".weight"], None)
          return table

        def quantize(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor) -> int:
          return (self).quantize_rows(tables, table, name, w, False)

        # In pieces, so that no float32 copy of the whole matrix is needed.
        def quantize_rows(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, w: Tensor, by_pairs: bool) -> int:
          parts = annotate(List[Tensor], [])
          scales = annotate(List[Tensor], [])
          for part in torch.split(w, 4096):
            part32 = torch.to(part, 6)
            scale = (self).scales(part32, by_pairs)
            torch.append(parts, torch.to(torch.round_(part32 / torch.unsqueeze(scale, 1)), 1))
            torch.append(scales, scale)
          tables[table][name + ".weight"] = torch.cat(parts, 0)
          tables[table][name + ".scale"] = torch.cat(scales, 0)
          return table
      """;
}
