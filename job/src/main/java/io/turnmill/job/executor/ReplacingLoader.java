package io.turnmill.job.executor;

import io.turnmill.runtime.ModelRuntime;
import java.time.Duration;

/**
 * Loads one of several models that a run asks, one after another: the one before gives its memory
 * back first, unless both share an engine.
 *
 * @param loader loads the model
 */
public record ReplacingLoader(ModelLoader loader) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public String identity() {
    return loader.identity();
  }

  @Override
  public String engineIdentity() {
    return loader.engineIdentity();
  }

  @Override
  public ModelRuntime load() {
    return loader.load();
  }

  @Override
  public ModelRuntime sharing(ModelRuntime loaded) {
    return loader.sharing(loaded);
  }

  @Override
  public boolean replacesIdle() {
    return true;
  }

  @Override
  public Duration keepAlive() {
    return loader.keepAlive();
  }
}
