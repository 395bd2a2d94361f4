package io.turnmill.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** What DJL holds open in this process, for what looks for leaks. */
public final class OpenTensors {
  private OpenTensors() {}

  /** Tensors, modules and managers below PyTorch's own manager. */
  public static int count() {
    try (NDManager child = Engine.getEngine("PyTorch").newBaseManager()) {
      Field resources = BaseNDManager.class.getDeclaredField("resources");
      resources.setAccessible(true);
      return below(child.getParentManager(), resources) - 1;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("DJL keeps its resources elsewhere now.", e);
    }
  }

  private static int below(NDManager manager, Field resources) throws ReflectiveOperationException {
    int count = 0;
    for (Object resource : ((Map<?, ?>) resources.get(manager)).values()) {
      count += 1 + (resource instanceof NDManager child ? below(child, resources) : 0);
    }
    return count;
  }
}
