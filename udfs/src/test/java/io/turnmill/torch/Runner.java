package io.turnmill.torch;

import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A loaded model with slots, and the few ways in which the tests call it. */
final class Runner implements AutoCloseable {
  final TorchForwardPass pass;
  private final BufferAllocator allocator = new RootAllocator();

  private Runner(TorchForwardPass pass) {
    this.pass = pass;
  }

  static final TorchOptions FLOAT32 =
      TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);

  static Runner of(ModelFolder model, TorchOptions options, int slots, int slotTokens) {
    return of(TorchForwardPass.load(model, options), slots, slotTokens);
  }

  /** Owns {@code pass} from now on. */
  static Runner of(TorchForwardPass pass, int slots, int slotTokens) {
    Runner runner = new Runner(pass);
    runner.allocate(slots, slotTokens);
    return runner;
  }

  static Runner of(ModelFolder model, Precision precision, int slots, int slotTokens) {
    TorchOptions options = TorchOptions.of(precision, Quantization.NONE, 1, TestDevice.NAME);
    return of(model, options, slots, slotTokens);
  }

  static Runner of(Golden golden) {
    return of(golden.model(), Precision.FLOAT32, 8, 128);
  }

  static Row row(int slot, int start, TokenIds ids, Draw draw) {
    return new Row(slot, start, ids, Optional.of(draw));
  }

  static Row silent(int slot, int start, TokenIds ids) {
    return new Row(slot, start, ids, Optional.empty());
  }

  /** A piece of a sequence of {@code length} tokens. */
  static Row silent(int slot, int start, TokenIds ids, int length) {
    return new Row(slot, start, ids, length, Optional.empty());
  }

  /** Tokens {@code start} to {@code end} of a sequence; of each the next one is a target. */
  static Row asking(int slot, int start, TokenIds ids, int end) {
    List<Target> targets =
        IntStream.range(start, end).mapToObj(i -> new Target(i - start, ids.get(i + 1))).toList();
    return new Row(slot, start, ids.slice(start, end), ids.size(), Optional.empty(), targets);
  }

  void allocate(int slots, int slotTokens) {
    try {
      pass.allocate(slots, slotTokens);
    } catch (OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  NextTokens forward(Row... rows) {
    return forward(List.of(rows));
  }

  NextTokens forward(List<Row> rows) {
    try (TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      return pass.forward(batch);
    } catch (OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  void copy(int fromSlot, int toSlot, int tokens) {
    try {
      pass.copy(fromSlot, toSlot, tokens);
    } catch (OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  float[][] logits(Row... rows) {
    try (TokenBatch batch = TokenBatch.pack(List.of(rows), allocator)) {
      return pass.logits(batch);
    } catch (OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  /** Scores of a sequence whose tokens come one by one. */
  float[][] logitsOneByOne(int slot, TokenIds ids) {
    List<float[]> scores = new ArrayList<>();
    for (int end = 1; end <= ids.size(); end++) {
      int start = outgrown(end) ? 0 : end - 1;
      float[][] part = logits(silent(slot, start, ids.slice(start, end)));
      scores.add(part[part.length - 1]);
    }
    return scores.toArray(float[][]::new);
  }

  /** Scores of a prompt that is run in pieces of so many tokens. */
  float[][] logitsInPieces(int slot, TokenIds ids, int piece) {
    List<float[]> scores = new ArrayList<>();
    for (int start = 0; start < ids.size(); start += piece) {
      TokenIds part = ids.slice(start, Math.min(ids.size(), start + piece));
      scores.addAll(List.of(logits(silent(slot, start, part, ids.size()))));
    }
    return scores.toArray(float[][]::new);
  }

  /** Whether a sequence that has grown to this length is to be computed again from its start. */
  boolean outgrown(int tokens) {
    OptionalInt most = pass.shape().recomputedBeyond();
    return most.isPresent() && tokens == most.getAsInt() + 1;
  }

  /** Greedy continuations of all prompts at once, each in the slot of its index. */
  List<TokenIds> greedy(List<TokenIds> prompts, int tokens) {
    List<TokenIds> sequences = new ArrayList<>(prompts);
    List<Integer> cached = new ArrayList<>(prompts.stream().map(prompt -> 0).toList());
    for (int step = 0; step < tokens; step++) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        TokenIds all = sequences.get(i);
        rows.add(row(i, cached.get(i), all.slice(cached.get(i), all.size()), Draw.GREEDY));
      }
      rows.sort(Comparator.comparing((Row row) -> row.ids().size() > 1).thenComparing(Row::end));
      NextTokens next = forward(rows);
      for (int r = 0; r < rows.size(); r++) {
        int i = rows.get(r).slot();
        cached.set(i, outgrown(rows.get(r).end() + 1) ? 0 : rows.get(r).end());
        sequences.set(i, sequences.get(i).concat(TokenIds.of(next.id(r))));
      }
    }
    List<TokenIds> replies = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      replies.add(sequences.get(i).slice(prompts.get(i).size(), sequences.get(i).size()));
    }
    return replies;
  }

  @Override
  public void close() {
    pass.close();
    allocator.close();
  }
}
