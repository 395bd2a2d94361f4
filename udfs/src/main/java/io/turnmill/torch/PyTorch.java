package io.turnmill.torch;

import ai.djl.engine.Engine;
import io.turnmill.model.ModelException;

/** DJL's PyTorch engine, started on our terms. */
final class PyTorch {
  private PyTorch() {}

  /**
   * The engine. Unless the user has said otherwise, DJL neither sends the machine's id to its
   * makers (as it would on a cloud machine) nor downloads libraries.
   *
   * @throws ModelException when PyTorch's native libraries are not there
   */
  static Engine engine() {
    setUnlessSet("OPT_OUT_TRACKING", "true");
    setUnlessSet("ai.djl.offline", "true");
    CudaLibraries.beside(System.getenv("PYTORCH_LIBRARY_PATH"))
        .ifPresent(path -> setUnlessSet("jna.library.path", path));
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new ModelException(
          "PyTorch's native libraries cannot be loaded ("
              + e.getMessage()
              + "). Put pytorch-native-cpu 2.7.1 for this platform on the class path, or point"
              + " PYTORCH_LIBRARY_PATH at the libraries of a PyTorch 2.7.1.");
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
