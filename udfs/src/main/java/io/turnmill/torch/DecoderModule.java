package io.turnmill.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.model.DecoderSpec;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.DecoderSource;
import java.util.function.UnaryOperator;

/**
 * A decoder's compiled source, made ready for its weights.
 *
 * @param attention how it computes attention
 */
record DecoderModule(TorchModule module, AttentionKernel attention) {

  /**
   * Compiles the source. {@link AttentionKernel#FLASH} is tried first, and where it does not say
   * what plain attention says, rows go by length.
   *
   * @param edit of the source
   */
  static DecoderModule load(
      DecoderSpec spec,
      TorchOptions options,
      AttentionKernel attention,
      UnaryOperator<String> edit,
      Weights weights,
      PtNDManager manager) {
    AttentionKernel used = attention;
    TorchModule module = compile(spec, options, used, edit, manager);
    if (used == AttentionKernel.FLASH && !agrees(module, weights)) {
      module.close();
      used = AttentionKernel.BY_LENGTH;
      module = compile(spec, options, used, edit, manager);
    }
    module.run("prepare", weights.tables()).close();
    return new DecoderModule(module, used);
  }

  private static TorchModule compile(
      DecoderSpec spec,
      TorchOptions options,
      AttentionKernel attention,
      UnaryOperator<String> edit,
      PtNDManager manager) {
    String source = edit.apply(DecoderSource.of(spec, options.kernel(), attention));
    return TorchModule.compile(DecoderSource.CLASS_NAME, source, manager);
  }

  private static boolean agrees(TorchModule module, Weights weights) {
    try (IValue agrees = module.run("agrees", weights.tables())) {
      return agrees.toBoolean();
    } catch (EngineException e) {
      if (OutOfMemoryText.in(e)) {
        throw e;
      }
      return false; // PyTorch was built without the kernel, or the device cannot run it
    }
  }
}
