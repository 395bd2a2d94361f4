package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TokenBatch;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ScriptedSpec;

/** States, or scores, of a TorchScript file that somebody has traced: rows are padded for it. */
final class ScriptedStates implements States {
  private static final String SOURCE =
      """
      class Padding(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        # From packed ids [T] to [R, S]; the mask is 1 where there is a token.
        def places(self: __torch__.Padding, offsets: Tensor, longest: int) -> Tuple[Tensor, Tensor]:
          count = torch.size(offsets, 0) - 1
          starts = torch.unsqueeze(torch.narrow(offsets, 0, 0, count), 1)
          ends = torch.unsqueeze(torch.narrow(offsets, 0, 1, count), 1)
          places = starts + torch.unsqueeze(torch.arange(longest), 0)
          return (torch.minimum(places, ends - 1), places < ends)

        def ids(self: __torch__.Padding, packed: Tensor, offsets: Tensor, longest: int, pad: int, device: str) -> Tensor:
          places, seen = (self).places(torch.to(offsets, 4), longest)
          ids = torch.view(torch.index_select(packed, 0, torch.reshape(places, [-1])), [-1, longest])
          return torch.to(torch.masked_fill(ids, torch.logical_not(seen), pad), torch.device(device), 4)

        def mask(self: __torch__.Padding, offsets: Tensor, longest: int, device: str) -> Tensor:
          _, seen = (self).places(torch.to(offsets, 4), longest)
          return torch.to(torch.to(seen, 4), torch.device(device), 4)

        def of_table(self: __torch__.Padding, out: Dict[str, Tensor], name: str) -> Tensor:
          return torch.to(out[name], 6)

        def of_pair(self: __torch__.Padding, out: Tuple[Tensor, Tensor]) -> Tensor:
          first, _ = out
          return torch.to(first, 6)

        def of_single(self: __torch__.Padding, out: Tuple[Tensor]) -> Tensor:
          first, = out
          return torch.to(first, 6)

        def of_tensor(self: __torch__.Padding, out: Tensor) -> Tensor:
          return torch.to(out, 6)

        # States [R, S, E] to [T, E].
        def pack(self: __torch__.Padding, states: Tensor, offsets: Tensor) -> Tensor:
          longest = torch.size(states, 1)
          _, seen = (self).places(torch.to(offsets, 4), longest)
          flat = torch.reshape(states, [-1, torch.size(states, 2)])
          kept = torch.squeeze(torch.nonzero(torch.reshape(seen, [-1])), 1)
          return torch.index_select(flat, 0, torch.to(kept, ops.prim.device(states)))
      """;

  private final ScriptedSpec spec;
  private final String device;
  private final TorchModule padding;
  private final TorchModule script;
  private final Weights weights;

  private ScriptedStates(
      ScriptedSpec spec, String device, TorchModule padding, TorchModule script, Weights weights) {
    this.spec = spec;
    this.device = device;
    this.padding = padding;
    this.script = script;
    this.weights = weights;
  }

  static ScriptedStates load(
      ModelFolder folder, ScriptedSpec spec, TorchOptions options, PtNDManager manager) {
    if (options.precision() != Precision.AUTO || options.kernel().int8()) {
      throw new ModelException(
          "%s: a TorchScript file runs in the precision that it was traced in; leave dtype at auto and quantization at none."
              .formatted(spec.file()));
    }
    TorchModule padding = TorchModule.compile("Padding", SOURCE, manager);
    TorchModule script = TorchModule.open(spec.file(), options.device(), manager);
    return new ScriptedStates(
        spec, options.device(), padding, script, Weights.bind(folder, options, manager));
  }

  @Override
  public IValue of(TokenBatch batch, Arguments arguments) {
    IValue place = arguments.text(device);
    IValue longest = arguments.number(batch.longest());
    IValue offsets = arguments.vector(batch.offsets(), DataType.INT32);
    IValue packed = arguments.vector(batch.ids(), DataType.INT64);
    IValue pad = arguments.number(spec.padTokenId());
    IValue ids = arguments.own(padding.run("ids", packed, offsets, longest, pad, place));
    IValue mask = arguments.own(padding.run("mask", offsets, longest, place));
    IValue out = arguments.own(answer(batch, ids, mask, arguments));
    if (spec.head() instanceof Classification) {
      return first(out, "logits", arguments);
    }
    IValue states = first(out, "last_hidden_state", arguments);
    return arguments.own(padding.run("pack", states, offsets));
  }

  @Override
  public long attended(TokenBatch batch) {
    return (long) batch.rows().size() * batch.longest();
  }

  private IValue answer(TokenBatch batch, IValue ids, IValue mask, Arguments arguments) {
    if (!spec.tokenTypes()) {
      return script.run("forward", ids, mask);
    }
    IValue types =
        arguments.own(
            padding.run(
                "ids",
                arguments.vector(batch.types(), DataType.INT64),
                arguments.vector(batch.offsets(), DataType.INT32),
                arguments.number(batch.longest()),
                arguments.number(0),
                arguments.text(device)));
    return script.run("forward", ids, mask, types);
  }

  /** The tensor that is wanted, in float32: by its name, or the first where there are no names. */
  private IValue first(IValue out, String name, Arguments arguments) {
    if (out.isMap()) {
      return arguments.own(padding.run("of_table", out, arguments.text(name)));
    }
    if (out.isTuple()) {
      int size = out.toIValueTuple().length;
      return arguments.own(padding.run(size == 1 ? "of_single" : "of_pair", out));
    }
    return arguments.own(padding.run("of_tensor", out));
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.close();
    script.close();
    padding.close();
  }
}
