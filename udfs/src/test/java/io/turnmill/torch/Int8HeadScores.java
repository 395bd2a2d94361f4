package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TextRow;
import io.turnmill.engine.TokenBatch;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * {@link TokenScores} of a model whose output layer is quantised too, which the product never does:
 * the states come from {@link CausalStates}, the scores from a matrix in int8. The embedding that
 * it may be tied to stays as it is.
 */
public final class Int8HeadScores implements TokenScores {
  private static final String CLASS_NAME = "Head";

  private static final String SOURCE =
      """
      class Head(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        # weights  L + 1 tables
        # x        [T, E], normalised
        # returns  float32 [T, V]; activations with one scale
        def prepacked(self: __torch__.Head, weights: List[Dict[str, Tensor]], layers: int, name: str, x: Tensor) -> Tensor:
          w = torch.to(weights[layers][name], 6)                                # [V, E]
          scales = torch.clamp(torch.amax(torch.abs(w), [1]) / 127., 1.0e-12)
          q = torch.quantize_per_channel(w, scales, torch.zeros([torch.size(w, 0)], dtype=4), 0, 12)
          return ops.quantized.linear_dynamic(torch.to(x, 6), ops.quantized.linear_prepack(q, None), False)

        # The same with a scale for each token.
        def by_token(self: __torch__.Head, weights: List[Dict[str, Tensor]], layers: int, name: str, x: Tensor) -> Tensor:
          w = torch.to(weights[layers][name], 6)
          scales = torch.clamp(torch.amax(torch.abs(w), [1], True) / 127., 1.0e-12)        # [V, 1]
          x32 = torch.to(x, 6)
          x_scale = torch.clamp(torch.amax(torch.abs(x32), [-1], True) / 127., 1.0e-12)    # [T, 1]
          return torch.linear(torch.round(x32 / x_scale) * x_scale, torch.round(w / scales) * scales)
      """;

  private final PtNDManager manager;
  private final CausalStates states;
  private final TorchModule head;
  private final DecoderSpec spec;
  private final String method;
  private final BufferAllocator allocator = new RootAllocator();

  private Int8HeadScores(
      PtNDManager manager, CausalStates states, TorchModule head, DecoderSpec spec, String method) {
    this.manager = manager;
    this.states = states;
    this.head = head;
    this.spec = spec;
    this.method = method;
  }

  /** The output layer is quantised in the way of {@code options}' kernel, or by token. */
  public static Int8HeadScores load(ModelFolder model, TorchOptions options) {
    PyTorch.engine();
    TorchLoader.plainExecution();
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
    DecoderSpec spec = (DecoderSpec) model.spec();
    return new Int8HeadScores(
        manager,
        CausalStates.load(model, spec, options, manager),
        TorchModule.compile(CLASS_NAME, SOURCE, manager),
        spec,
        options.kernel().prepacked() ? "prepacked" : "by_token");
  }

  /** One session after the other. */
  @Override
  public List<float[][]> of(List<TokenIds> sessions) {
    return sessions.stream().map(this::of).toList();
  }

  private float[][] of(TokenIds ids) {
    TorchLoader.plainExecution();
    TokenIds types = TokenIds.of(new int[ids.size()]);
    try (TokenBatch batch = TokenBatch.packTexts(List.of(new TextRow(ids, types, 0)), allocator);
        Arguments arguments = new Arguments(manager)) {
      String matrix = spec.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
      IValue scores =
          arguments.own(
              head.run(
                  method,
                  states.weights().tables(),
                  arguments.number(spec.layers()),
                  arguments.text(matrix),
                  states.of(batch, arguments)));
      float[] flat = arguments.floats(scores);
      int vocab = spec.vocabSize();
      return IntStream.range(0, ids.size())
          .mapToObj(t -> Arrays.copyOfRange(flat, t * vocab, (t + 1) * vocab))
          .toArray(float[][]::new);
    }
  }

  @Override
  public void close() {
    head.close();
    states.close();
    manager.close();
    allocator.close();
  }
}
