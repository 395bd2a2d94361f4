package io.turnmill.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredTensor;
import io.turnmill.model.StoredType;
import io.turnmill.model.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Binds the tensors of a model folder: libtorch maps the safetensors file, and a tensor of the
 * wanted type on the CPU is a view of that mapping, without a copy. So executors on one host share
 * these pages, and loading takes no time. Others are converted one at a time from a mapping of
 * their own, which is released at once, so that no file's pages pile up beside the copies.
 */
final class Weights {
  private static final String SOURCE =
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

        def bind(self: __torch__.Weights, tables: List[Dict[str, Tensor]], table: int, name: str, file: Tensor, start: int, elements: int, shape: List[int], stored: int, dtype: int, device: str) -> int:
          values = torch.narrow(file, 0, start, elements)
          if ops.prim.dtype(values) != stored:                                  # bytes at an odd place
            values = torch.view_copy(torch.clone(values), dtype=stored)
          values = torch.view(values, shape)
          tables[table][name] = torch.to(values, torch.device(device), dtype)
          return elements
      """;

  private static final int UINT8 = 0;

  private final TorchModule binder;
  private final PtNDManager manager;
  private final Precision precision;
  private final String device;

  private Weights(TorchModule binder, PtNDManager manager, Precision precision, String device) {
    this.binder = binder;
    this.manager = manager;
    this.precision = precision;
    this.device = device;
  }

  /**
   * One table for each layer, then the model's own: {@code List[Dict[str, Tensor]]}, which belongs
   * to the caller.
   */
  static IValue bind(
      ModelFolder folder, int layers, Precision precision, String device, PtNDManager manager) {
    try (TorchModule binder = TorchModule.compile("Weights", SOURCE, manager)) {
      return new Weights(binder, manager, precision, device).bindAll(folder, layers);
    }
  }

  private IValue bindAll(ModelFolder folder, int layers) {
    IValue tables;
    try (Arguments arguments = new Arguments(manager)) {
      tables = binder.run("tables", arguments.number(layers + 1L));
    }
    Map<Path, IValue> shared = new HashMap<>();
    try {
      for (Weight weight : folder.weights()) {
        StoredTensor stored = folder.stored(weight);
        int table = weight.layer() < 0 ? layers : weight.layer();
        if (inPlace(stored)) {
          bind(
              tables, table, weight, stored, shared.computeIfAbsent(stored.file(), this::mapWhole));
        } else {
          try (IValue file =
              map(stored.file(), stored.offset() + stored.bytes(), typeFor(stored))) {
            bind(tables, table, weight, stored, file);
          }
        }
      }
      return tables;
    } catch (RuntimeException e) {
      tables.close();
      throw e;
    } finally {
      shared.values().forEach(IValue::close);
    }
  }

  /** Whether the stored values can serve as they lie in the file. */
  private boolean inPlace(StoredTensor stored) {
    return device.equals("cpu") && stored.aligned() && codeOf(stored.type()) == precision.code();
  }

  private IValue mapWhole(Path file) {
    try {
      return map(file, Files.size(file) / precision.bytes() * precision.bytes(), precision.code());
    } catch (IOException e) {
      throw new ModelException(
          "%s: cannot be read (%s).".formatted(file, e.getClass().getSimpleName()));
    }
  }

  private IValue map(Path file, long bytes, int type) {
    try (Arguments arguments = new Arguments(manager)) {
      return binder.run(
          "map_file",
          arguments.text(file.toAbsolutePath().toString()),
          arguments.number(bytes / bytesOf(type)),
          arguments.number(type));
    }
  }

  private void bind(IValue tables, int table, Weight weight, StoredTensor stored, IValue file) {
    int unit = bytesOf(typeFor(stored));
    try (Arguments arguments = new Arguments(manager)) {
      arguments.own(
          binder.run(
              "bind",
              tables,
              arguments.number(table),
              arguments.text(weight.name()),
              file,
              arguments.number(stored.offset() / unit),
              arguments.number(stored.bytes() / unit),
              arguments.longs(stored.shape().stream().mapToLong(Long::longValue).toArray()),
              arguments.number(codeOf(stored.type())),
              arguments.number(precision.code()),
              arguments.text(device)));
    }
  }

  /** The scalar type under which the file is mapped to reach {@code stored}. */
  private static int typeFor(StoredTensor stored) {
    return stored.aligned() ? codeOf(stored.type()) : UINT8;
  }

  private static int bytesOf(int type) {
    return type == UINT8 ? 1 : type == Precision.FLOAT32.code() ? 4 : 2;
  }

  private static int codeOf(StoredType type) {
    return switch (type) {
      case F32 -> Precision.FLOAT32.code();
      case F16 -> Precision.FLOAT16.code();
      case BF16 -> Precision.BFLOAT16.code();
      case F64, F8_E4M3, F8_E5M2, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalStateException("An unreadable type passed the check. This is a bug.");
    };
  }
}
