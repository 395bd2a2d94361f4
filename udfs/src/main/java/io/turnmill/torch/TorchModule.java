package io.turnmill.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

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

  /** Calls a method; what it returns belongs to the caller. */
  IValue run(String method, IValue... arguments) {
    return IValueUtils.runMethod(block, method, arguments);
  }

  @Override
  public void close() {
    block.close();
  }
}
