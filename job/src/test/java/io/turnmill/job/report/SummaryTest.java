package io.turnmill.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

  /** In the order in which a task tells them. */
  private static Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("prompt_tokens", 456_789L);
    counters.put("cached_tokens", 123_000L);
    counters.put("completion_tokens", 98_765L);
    counters.put("length_replies", 1L);
    counters.put("repetition_replies", 2L);
    counters.put("cached_replies", 4L);
    counters.put("computed_tokens", 400_000L);
    return counters;
  }

  @Test
  void theBooksTheCodesAndTheNextCommandAreShown() {
    Totals totals =
        new Totals(
            1312,
            1300,
            10,
            2,
            14,
            0,
            13_120,
            Totals.Selection.all(1302),
            counters(),
            Duration.ofSeconds(100),
            Map.of(
                "message", Map.of("empty_content", 14L),
                "session", Map.of("no_user_turn", 10L),
                "timestamp", Map.of("invalid_timestamp", 3L)),
            Map.of("model_nan", 2L));
    EngineWork engine =
        new EngineWork(
            8,
            new EngineWork.Tokens(457_000, 123_000, 98_800),
            new EngineWork.Attention(96, 100),
            new EngineWork.Times(
                Duration.ofMillis(12_100),
                Duration.ofSeconds(700),
                Duration.ofMillis(200),
                Duration.ofSeconds(3)));

    assertThat(
            String.join(
                "\n",
                Summary.lines(totals, Optional.empty(), engine, "out/a b", "submit/local.sh", 100)))
        .isEqualTo(
            """

              sessions in            1,312
                ok                   1,300  99.1 %
                rejected                10  0.8 %
                failed                   2  0.2 %
              other rejections          14
              messages              13,120  3 of them without their time
              prompt tokens        456,789  26.9 % of them not computed again
              reply tokens          98,765  4 replies from the cache, 1 reply as long as allowed, 2 replies ended because of repetition
              time              1 min 40 s  13 sessions/s, 988 reply tokens/s
              8 engines         457,000 tokens in, 26.9 % of them cached, 98,800 out, padding 4.0 %
                                prefill 12 s, decode 11 min 40 s, host 0.2 s, 3.0 s without work
              results           out/a b/results

            Rejected, by code
              rows  code           meaning
              ────  ─────────────  ─────────────────────────────
                14  empty_content  the content is empty or blank
                10  no_user_turn   the session has no user turn

            Failed, by code
              rows  code
              ────  ─────────
                 2  model_nan

            Next: submit/local.sh show 'out/a b'
                  submit/local.sh show 'out/a b' --rejected""");
  }

  @Test
  void onlyTheCommonestCodesAreShown() {
    Map<String, Long> codes =
        IntStream.rangeClosed(1, 12)
            .boxed()
            .collect(Collectors.toMap(i -> "code_" + i, i -> (long) i));

    assertThat(Summary.codes("Rejected, by code", codes, code -> null, 80))
        .hasSize(2 + 2 + 8 + 1)
        .endsWith("  and 4 codes more")
        .anyMatch(line -> line.contains("code_12"))
        .noneMatch(line -> line.endsWith("code_4"));
  }

  @Test
  void booksThatDoNotBalanceAreCalledABug() {
    Totals totals =
        new Totals(
            3,
            1,
            1,
            0,
            0,
            0,
            9,
            Totals.Selection.all(1),
            Map.of(),
            Duration.ofSeconds(1),
            Map.of(),
            Map.of());

    assertThat(totals.balanced()).isFalse();
    assertThat(Summary.lines(totals, Optional.empty(), EngineWork.NONE, "out", "turnmill", 80))
        .last()
        .asString()
        .endsWith("This is a bug.");
  }
}
