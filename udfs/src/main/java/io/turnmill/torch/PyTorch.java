package io.turnmill.torch;

import ai.djl.engine.Engine;

/** DJL's PyTorch engine, started on our terms. */
final class PyTorch {
  private PyTorch() {}

  /**
   * The engine. On its first use on a cloud machine DJL would send the machine's id to its makers;
   * unless the user has said otherwise, it does not.
   */
  static Engine engine() {
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    return Engine.getEngine("PyTorch");
  }
}
