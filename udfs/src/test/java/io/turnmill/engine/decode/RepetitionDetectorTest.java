package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** When a reply counts as runaway repetition. */
class RepetitionDetectorTest {

  /** Ids of a small alphabet, among them runs of some pattern, so that repetition is common. */
  private static List<Integer> ids(Random random, int letters) {
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < 80) {
      List<Integer> pattern = random.ints(1 + random.nextInt(4), 0, letters).boxed().toList();
      for (int times = 1 + random.nextInt(4); times > 0; times--) {
        ids.addAll(pattern);
      }
    }
    return ids;
  }

  @Property(tries = 500)
  void afterEveryTokenItSaysWhatTryingEveryPatternSays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int maxPatternSize,
      @ForAll @IntRange(min = 2, max = 4) int minCount,
      @ForAll @IntRange(min = 1, max = 4) int letters) {
    Random random = new Random(seed);
    RepetitionDetection detection =
        new RepetitionDetection(maxPatternSize, random.nextInt(maxPatternSize + 1), minCount);
    int promptTokens = random.nextInt(6);
    int[] ids = ids(random, letters).stream().mapToInt(Integer::intValue).toArray();
    RepetitionDetector detector =
        RepetitionDetector.of(SamplingParams.greedy(ids.length).with(detection));

    for (int size = promptTokens + 1; size <= ids.length; size++) {
      List<Integer> reply = IntStream.range(promptTokens, size).mapToObj(i -> ids[i]).toList();
      assertThat(detector.append(ids, promptTokens, size))
          .as("after %s tokens", size - promptTokens)
          .isEqualTo(NaiveReference.repeats(reply, detection));
    }
  }

  /** One letter in 50, so that the fake repeats nothing by itself: a bias makes it do so. */
  private static Completion repeated(RepetitionDetection detection, int maxTokens)
      throws Exception {
    SamplingParams sampling =
        new SamplingParams(
            maxTokens,
            0,
            0,
            1,
            0,
            0,
            Set.of(),
            Penalties.NONE,
            Map.of(7, 2e6),
            1,
            SamplingParams.NO_LOGPROBS);
    Generate request =
        new Generate(TokenIds.of(7, 7, 7), sampling.with(detection), 0, () -> StopCheck.NEVER);
    return (Completion)
        FakeEngine.runTogether(
                new FakeForwardPass(50, FakeEngine.END_ID, 0), FakeEngine.CONFIG, List.of(request))
            .outcomes()
            .get(0);
  }

  @Test
  void aReplyThatRepeatsItselfEndsWithAReasonOfItsOwnAndThePromptDoesNotCount() throws Exception {
    Completion reply = repeated(new RepetitionDetection(4, 0, 5), 30);

    assertThat(reply.finishReason()).isEqualTo(FinishReason.REPETITION);
    assertThat(reply.ids()).isEqualTo(TokenIds.of(7, 7, 7, 7, 7));
    assertThat(reply.stopTokenId()).isEqualTo(-1);
  }

  @Test
  void theLengthIsNamedFirstWhereBothEndAReply() throws Exception {
    assertThat(repeated(new RepetitionDetection(4, 0, 5), 5).finishReason())
        .isEqualTo(FinishReason.LENGTH);
    assertThat(repeated(RepetitionDetection.OFF, 30).ids().size()).isEqualTo(30);
  }

  @Test
  void withoutARangeOfSizesOrASecondOccurrenceNothingIsDetected() throws Exception {
    assertThat(repeated(new RepetitionDetection(3, 4, 2), 30).ids().size()).isEqualTo(30);
    assertThat(repeated(new RepetitionDetection(3, 1, 1), 30).ids().size()).isEqualTo(30);
  }
}
