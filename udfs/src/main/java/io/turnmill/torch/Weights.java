package io.turnmill.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.model.LowRankUpdate;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredTensor;
import io.turnmill.model.StoredType;
import io.turnmill.model.Weight;
import io.turnmill.torch.source.LinearKernel;
import io.turnmill.torch.source.WeightsSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a loaded model: one table for each block, then the model's own. Owns them.
 *
 * <p>libtorch maps the safetensors files, and a tensor of the wanted type on the CPU is a view of
 * that mapping, without a copy. So executors on one host share these pages, and loading takes no
 * time. Others (of another type, merged with an adapter, quantised, for a GPU) are converted one at
 * a time from a mapping of their own, which is released at once, so that no file's pages pile up
 * beside the copies.
 */
final class Weights implements AutoCloseable {
  private final IValue tables;
  private final String device;

  private Weights(IValue tables, String device) {
    this.tables = tables;
    this.device = device;
  }

  /** {@code List[Dict[str, Tensor]]}. */
  IValue tables() {
    return tables;
  }

  /** The last of a model's large memory goes back to the device, and what went before it. */
  @Override
  public void close() {
    tables.close();
    Gpu.giveBackFreed(device);
  }

  static Weights bind(ModelFolder folder, TorchOptions options, PtNDManager manager) {
    int layers = folder.spec().layers();
    try (TorchModule module =
        TorchModule.compile(WeightsSource.CLASS_NAME, WeightsSource.text(), manager)) {
      Weights weights;
      try (Arguments arguments = new Arguments(manager)) {
        IValue tables = module.run("tables", arguments.number(layers + 1L));
        weights = new Weights(tables, options.device());
      }
      // Whatever fails from here on until a model owns them, closing the manager frees them.
      manager.attachInternal("weights", weights);
      try (Binder binder = new Binder(folder, options, manager, module, weights)) {
        if (options.kernel().takesOutputLayer()) {
          folder.tiedOutputLayer().ifPresent(binder::bind); // the largest comes first
        }
        folder.weights().forEach(binder::bind);
      }
      return weights;
    }
  }

  /** Binds one weight after the other; holds the mappings that views go to. */
  private static final class Binder implements AutoCloseable {
    private static final int UINT8 = 0;
    private static final String CPU = "cpu";

    private final ModelFolder folder;
    private final PtNDManager manager;
    private final TorchModule module;
    private final Weights weights;
    private final int precision;
    private final String device;
    private final LinearKernel kernel;
    private final Map<Path, IValue> shared = new HashMap<>();

    Binder(
        ModelFolder folder,
        TorchOptions options,
        PtNDManager manager,
        TorchModule module,
        Weights weights) {
      this.folder = folder;
      this.manager = manager;
      this.module = module;
      this.weights = weights;
      this.precision = options.resolved().code();
      this.device = options.device();
      this.kernel = options.kernel();
    }

    void bind(Weight weight) {
      boolean linear =
          switch (weight.use()) {
            case BLOCK_LINEAR -> true;
            case OUTPUT_LINEAR -> kernel.takesOutputLayer();
            case OTHER -> false;
          };
      switch (linear ? kernel : LinearKernel.PLAIN) {
        case PLAIN, MERGED -> keep(weight);
        case PREPACKED -> copy("reorder", weight, precision, CPU);
        case PREPACKED_INT8 -> copy("reorder_int8", weight, storedType(weight), CPU);
        case PREPACKED_INT8_REDUCED ->
            copy("reorder_int8_by_pairs", weight, storedType(weight), CPU);
        case MATMUL_INT8 -> copy("quantize", weight, storedType(weight), device);
      }
    }

    private void keep(Weight weight) {
      boolean updated = folder.update(weight).isPresent();
      int type = updated ? Precision.FLOAT32.code() : precision;
      try (Arguments arguments = new Arguments(manager)) {
        arguments.own(
            module.run(
                "put",
                weights.tables,
                arguments.number(table(weight)),
                arguments.text(weight.name()),
                value(weight, type, updated ? CPU : device, !updated, arguments),
                arguments.number(precision),
                arguments.text(device)));
      }
    }

    /** A matrix in another form, made by a method of {@link WeightsSource}. */
    private void copy(String method, Weight weight, int type, String place) {
      String layer = weight.name().substring(0, weight.name().length() - ".weight".length());
      boolean updated = folder.update(weight).isPresent();
      try (Arguments arguments = new Arguments(manager)) {
        IValue value =
            value(weight, updated ? Precision.FLOAT32.code() : type, place, false, arguments);
        if (updated) {
          value = arguments.own(module.run("convert", value, arguments.number(type)));
        }
        arguments.own(
            module.run(
                method,
                weights.tables,
                arguments.number(table(weight)),
                arguments.text(layer),
                value));
      }
    }

    private int storedType(Weight weight) {
      return folder.update(weight).isPresent()
          ? Precision.FLOAT32.code()
          : codeOf(folder.stored(weight).type());
    }

    /** The value of a weight, the adapter's part in it. */
    private IValue value(
        Weight weight, int type, String place, boolean shareable, Arguments arguments) {
      IValue value = read(folder.stored(weight), type, place, shareable, arguments);
      Optional<LowRankUpdate> update = folder.update(weight);
      return update.isEmpty() ? value : merged(value, update.get(), place, arguments);
    }

    private IValue merged(IValue value, LowRankUpdate update, String place, Arguments arguments) {
      int type = Precision.FLOAT32.code();
      IValue sum =
          arguments.own(
              module.run(
                  "merge",
                  value,
                  read(update.a(), type, place, false, arguments),
                  read(update.b(), type, place, false, arguments),
                  arguments.real(update.scaling()),
                  arguments.flag(update.transposed())));
      return update
          .magnitude()
          .map(
              m ->
                  arguments.own(module.run("stretch", sum, read(m, type, place, false, arguments))))
          .orElse(sum);
    }

    /**
     * @param shareable whether it may be a view of a mapping that lives as long as the model
     */
    private IValue read(
        StoredTensor stored, int type, String place, boolean shareable, Arguments arguments) {
      boolean view = place.equals(CPU) && stored.aligned() && codeOf(stored.type()) == type;
      if (shareable && view && type == precision) {
        return read(
            shared.computeIfAbsent(stored.file(), this::mapWhole), stored, type, place, arguments);
      }
      IValue file = arguments.own(map(stored.file(), end(stored), typeFor(stored)));
      return read(file, stored, type, place, arguments);
    }

    private IValue read(
        IValue file, StoredTensor stored, int type, String place, Arguments arguments) {
      int unit = bytesOf(typeFor(stored));
      return arguments.own(
          module.run(
              "read",
              file,
              arguments.number(stored.offset() / unit),
              arguments.number(stored.bytes() / unit),
              arguments.longs(stored.shape().stream().mapToLong(Long::longValue).toArray()),
              arguments.number(codeOf(stored.type())),
              arguments.number(type),
              arguments.text(place)));
    }

    private int table(Weight weight) {
      return weight.layer() < 0 ? folder.spec().layers() : weight.layer();
    }

    private IValue mapWhole(Path file) {
      try {
        return map(file, Files.size(file), precision);
      } catch (IOException e) {
        throw new ModelException(
            "%s: cannot be read (%s).".formatted(file, e.getClass().getSimpleName()));
      }
    }

    private IValue map(Path file, long bytes, int type) {
      try (Arguments arguments = new Arguments(manager)) {
        return module.run(
            "map_file",
            arguments.text(file.toAbsolutePath().toString()),
            arguments.number(bytes / bytesOf(type)),
            arguments.number(type));
      }
    }

    @Override
    public void close() {
      shared.values().forEach(IValue::close);
    }

    private static long end(StoredTensor stored) {
      return stored.offset() + stored.bytes();
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
}
