package io.turnmill.job;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;

/**
 * A fake model whose passes take time and no processor, as those of a device of its own: with it,
 * executors that share a few cores do not share what a model takes.
 *
 * @param passMillis how long each pass takes
 */
record SleepingModelLoader(RuntimeOptions options, int passMillis) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public String identity() {
    return "sleeping " + passMillis + " " + options;
  }

  @Override
  public ModelRuntime load() {
    return FakeModelLoader.load(options, batch -> sleep());
  }

  private void sleep() {
    try {
      Thread.sleep(passMillis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
