package io.turnmill.job.testing;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * As {@link FakeModelLoader}, and the whole model breaks, as with a lost device, when it comes to a
 * certain text while that is dangerous.
 */
public record StoppingModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Its first byte is in no other text of the tests. */
  public static final String STONE = "\ud800\udf48";

  public static final AtomicBoolean DANGEROUS = new AtomicBoolean();

  @Override
  public String identity() {
    return "stopping " + options;
  }

  @Override
  public ModelRuntime load() {
    return FakeModelLoader.load(
        options,
        STONE,
        () -> {
          if (DANGEROUS.get()) {
            throw new IllegalStateException("The device is gone.");
          }
        });
  }
}
