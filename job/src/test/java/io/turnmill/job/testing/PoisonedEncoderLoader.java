package io.turnmill.job.testing;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeEncoderPass;

/**
 * A fake encoder whose vector of a text is not finite where the text has {@link
 * StoppingModelLoader#STONE}, or anything else that its tokenizer does not know.
 */
public record PoisonedEncoderLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;
  private static final int TEXTS = 64;

  @Override
  public String identity() {
    return "poisoned " + options;
  }

  @Override
  public ModelRuntime load() {
    ModelFrontEnd front = ModelFrontEnd.open(options);
    FakeEncoderPass pass =
        new FakeEncoderPass()
            .wide(FakeModelLoader.head(front).width())
            .spoiltByNoId()
            .nanAt(FakeModelLoader.firstId(front, StoppingModelLoader.STONE));
    return ModelRuntime.of(
        front, front.task(), FakeModelLoader.encoderEngine(front, options, pass), TEXTS);
  }
}
