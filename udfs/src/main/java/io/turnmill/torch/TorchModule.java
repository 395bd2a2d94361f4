package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.turnmill.model.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** TorchScript source, compiled by libtorch: methods over tensors, and no state of its own. */
final class TorchModule implements AutoCloseable {
  private final PtSymbolBlock block;

  private TorchModule(PtSymbolBlock block) {
    this.block = block;
  }

  /** Compiles the class {@code className} that {@code source} defines. */
  static TorchModule compile(String className, String source, PtNDManager manager) {
    try (var archive = new ByteArrayInputStream(TorchArchive.of(className, source))) {
      return new TorchModule(JniUtils.loadModule(manager, archive, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory failed. This is a bug.", e);
    }
  }

  /**
   * Opens a TorchScript file.
   *
   * @throws ModelException when it is none
   */
  static TorchModule open(Path file, String device, PtNDManager manager) {
    Device place =
        device.equals("cpu") ? Device.cpu() : Device.fromName(device.replace("cuda", "gpu"));
    PtNDManager on = manager.newSubManager(place); // owns the module, and ends with its parent
    try {
      return new TorchModule(
          JniUtils.loadModule(on, file, true, new String[0], new String[0], false));
    } catch (EngineException e) {
      throw new ModelException(
          "%s: not a TorchScript file that PyTorch 2.7.1 reads (%s)."
              .formatted(file, e.getMessage().strip().lines().findFirst().orElse("")));
    }
  }

  /** Calls a method; what it returns belongs to the caller. */
  IValue run(String method, IValue... arguments) {
    return IValueUtils.runMethod(block, method, arguments);
  }

  @Override
  public void close() {
    block.close();
  }
}
