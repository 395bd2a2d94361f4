package io.turnmill.job;

import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.FakeForwardPass;
import io.turnmill.job.infer.ModelLoader;
import io.turnmill.model.DecoderSpec;
import io.turnmill.runtime.ModelParts;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;

/** A model folder's own tokenizer and template, and a fake forward pass behind them. */
record FakeModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Gives scores that are not finite. Its first byte, F4, is in no other character in use. */
  static final String POISON = "\udbff\udffd";

  @Override
  public String identity() {
    return "fake " + options;
  }

  @Override
  public ModelRuntime load() {
    ModelParts parts = ModelParts.open(options);
    int vocab = parts.folder().spec().vocabSize();
    // Two ids more than the tokenizer has: the fake's own poisons are not to be met by chance.
    FakeForwardPass pass =
        new FakeForwardPass(vocab + 2, end(parts), 0.05)
            .nanAt(parts.tokenizer().encode(POISON).get(0));
    EngineConfig sizes = new EngineConfig(8, 64, parts.maxModelLen());
    return ModelRuntime.of(parts, options, Engine.start(pass, sizes), sizes.maxNumSeqs());
  }

  private static int end(ModelParts parts) {
    return ((DecoderSpec) parts.folder().spec()).tokens().eos().iterator().next();
  }
}
