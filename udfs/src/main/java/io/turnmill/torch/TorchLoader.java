package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import java.util.Locale;
import java.util.function.Function;

/** Starts PyTorch by the options and loads into it, leaving nothing open when that fails. */
final class TorchLoader {
  private TorchLoader() {}

  /**
   * Loads on a thread of its own. What loading needed besides is the device's again behind it, and
   * may be counted as free.
   *
   * @param load makes the model, which owns the manager from then on
   * @throws ModelException when the device is not there or has no room for the weights
   */
  static <T> T load(ModelFolder folder, TorchOptions options, Function<PtNDManager, T> load) {
    return BriefThread.call("turnmill-load", () -> loadHere(folder, options, load));
  }

  private static <T> T loadHere(
      ModelFolder folder, TorchOptions options, Function<PtNDManager, T> load) {
    Engine unused = PyTorch.engine();
    if (!options.onCpu()) {
      Gpu.require(options.device());
    }
    plainExecution();
    if (options.threads() > 0) {
      JniUtils.setNumThreads(options.threads());
    }
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
    try {
      return load.apply(manager);
    } catch (RuntimeException e) {
      manager.close();
      if (e instanceof EngineException fault && OutOfMemoryText.in(fault)) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "%s: no room for the weights on %s (%d MB as stored).",
                folder.path(),
                options.device(),
                folder.weightBytes() >> 20));
      }
      throw e;
    } finally {
      Gpu.giveBackFreed(options.device());
    }
  }

  /**
   * Without plans for one shape, which would be compiled again for each. The setting belongs to the
   * thread, so it is set before each run of a module.
   */
  static void plainExecution() {
    JniUtils.setGraphExecutorOptimize(false);
  }
}
