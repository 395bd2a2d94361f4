package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.engine.decode.NextTokens;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.LinearKernel;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The source for CUDA's attention kernel, whose place on the CPU is taken by what PyTorch documents
 * of it, row by row: cumulative lengths of queries, where each row's keys begin, how many are used;
 * causal from the last on. On a GPU {@link DecoderGoldenTest} goes through the kernel itself.
 */
class FlashAttentionTest {
  private static final Pattern KERNEL =
      Pattern.compile(
          "mixed, _, _, _, _ = torch\\._flash_attention_forward\\(q, keys, values, offsets, begins,"
              + " longest, length, 0\\., True, False, scale=([^,]+), window_size_left=left,"
              + " window_size_right=right, seqused_k=ends, alibi_slopes=None\\)");

  private static final String STAND_IN =
      """

        def stand_in(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, cum_seq_q: Tensor, cum_seq_k: Tensor, max_q: int, max_k: int, seqused_k: Tensor, left: Optional[int], scale: Optional[float]) -> Tensor:
          out = annotate(List[Tensor], [])
          group = torch.size(q, 1) // torch.size(keys, 1)
          for i in range(torch.size(seqused_k, 0)):
            first = int(torch.select(cum_seq_q, 0, i))
            tokens = int(torch.select(cum_seq_q, 0, i + 1)) - first
            begin = int(torch.select(cum_seq_k, 0, i))
            used = int(torch.select(seqused_k, 0, i))
            if tokens > max_q or used > max_k:
              ops.prim.RaiseException("a row is longer than was said")
            row = torch.transpose(torch.narrow(q, 0, first, tokens), 0, 1)
            k = torch.transpose(torch.repeat_interleave(torch.narrow(keys, 0, begin, used), group, 1), 0, 1)
            v = torch.transpose(torch.repeat_interleave(torch.narrow(values, 0, begin, used), group, 1), 0, 1)
            mask = torch.tril(torch.ones([tokens, used], dtype=11), used - tokens)
            if left is not None:
              mask = torch.logical_and(mask, torch.logical_not(torch.tril(mask, used - tokens - left - 1)))
            part = torch.scaled_dot_product_attention(row, k, v, mask, scale=scale)
            torch.append(out, torch.transpose(part, 0, 1))
          return torch.cat(out, 0)
      """;

  private static String byStandIn(String source) {
    Matcher kernel = KERNEL.matcher(source);
    assertThat(kernel.find()).isEqualTo(source.contains("def flash("));
    String call =
        "mixed = (self).stand_in(q, keys, values, offsets, begins, longest, length, ends, left, $1)";
    return kernel.replaceAll(call) + STAND_IN;
  }

  static Stream<Golden> goldens() {
    return Golden.all();
  }

  private static Runner runner(Golden golden, LinearKernel kernel, UnaryOperator<String> edit) {
    TorchOptions options = new TorchOptions(Precision.FLOAT32, kernel, 1, "cpu");
    return Runner.of(
        TorchForwardPass.load(golden.model(), options, AttentionKernel.FLASH, edit), 8, 128);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void rowsOverSlotsInPlaceGiveWhatTransformersSays(Golden golden) {
    for (LinearKernel kernel : List.of(LinearKernel.MERGED, LinearKernel.PLAIN)) {
      try (Runner runner = runner(golden, kernel, FlashAttentionTest::byStandIn)) {
        assertThat(runner.pass.attention()).isEqualTo(AttentionKernel.FLASH);
        for (int piece : new int[] {1, 7, 65}) {
          float[][] scores = runner.logitsInPieces(5, golden.replayed(), piece);
          DecoderGoldenTest.assertClose(scores, golden.replay(), Golden.FLOAT32_TOLERANCE);
        }
        assertThat(runner.greedy(golden.prompts(), 64)).isEqualTo(golden.greedy());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void targetsAfterTokensOfAnyRowGiveWhatTransformersSays(Golden golden) {
    TokenIds ids = golden.replayed();
    List<Float> expected = Golden.logprobs(ids, golden.replay(), 1, ids.size());
    try (Runner runner = runner(golden, LinearKernel.MERGED, FlashAttentionTest::byStandIn)) {
      for (int piece : new int[] {1, 7, 65}) {
        for (int start = 0; start < ids.size() - 1; start += piece) {
          int end = Math.min(ids.size() - 1, start + piece);
          NextTokens next = runner.forward(Runner.asking(3, start, ids, end));
          assertThat(next.targets()).isEqualTo(end - start);
          for (int i = start; i < end; i++) {
            assertThat(next.targetLogprob(i - start))
                .isCloseTo(expected.get(i), within(Golden.FLOAT32_TOLERANCE));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aCopiedPrefixServesAnotherSlot(Golden golden) {
    TokenIds prompt = golden.prompts().get(golden.prompts().size() - 1);
    try (Runner runner = runner(golden, LinearKernel.MERGED, FlashAttentionTest::byStandIn)) {
      float[][] whole = runner.logits(Runner.silent(2, 0, prompt));
      runner.copy(2, 5, 6);
      float[][] rest = runner.logits(Runner.silent(5, 6, prompt.slice(6, prompt.size())));
      for (int i = 0; i < rest.length; i++) {
        DecoderGoldenTest.assertClose(
            new float[][] {rest[i]}, new float[][] {whole[6 + i]}, Golden.FLOAT32_TOLERANCE);
      }
    }
  }

  /** Here the kernel is not there at all; or another has taken its place. */
  @ParameterizedTest
  @MethodSource("goldens")
  void whereTheKernelDoesNotDoItsWorkRowsGoByLength(Golden golden) {
    UnaryOperator<String> wrong =
        source -> byStandIn(source).replace("used - tokens)", "used - tokens - 1)");
    for (UnaryOperator<String> edit : List.of(UnaryOperator.<String>identity(), wrong)) {
      try (Runner runner = runner(golden, LinearKernel.MERGED, edit)) {
        assertThat(runner.pass.attention()).isEqualTo(AttentionKernel.BY_LENGTH);
        assertThat(runner.greedy(golden.prompts(), 64)).isEqualTo(golden.greedy());
      }
    }
  }
}
