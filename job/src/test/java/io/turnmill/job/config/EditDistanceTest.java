package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

  @ParameterizedTest
  @CsvSource({
    "sampling.temprature, sampling.temperature",
    "temperature, sampling.temperature",
    "sampling.maxTokens, sampling.max_tokens",
    "sampling.max-tokens, sampling.max_tokens",
    "smapling.seed, sampling.seed",
    "input.field.session_id, input.fields.session_id",
    "output.bucket, output.buckets",
    "ouput.path, output.path",
    "model.dytpe, model.dtype",
    "engine.max_num_seq, engine.max_num_seqs",
  })
  void aMistypedKeyFindsTheOneThatWasMeant(String typed, String meant) {
    assertThat(EditDistance.nearest(typed, Settings.BY_KEY.keySet())).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"foo.bar", "quantization.scheme", "sampling.beam_width"})
  void aKeyFarFromAllGetsNoSuggestion(String typed) {
    assertThat(EditDistance.nearest(typed, Settings.BY_KEY.keySet())).isEmpty();
  }

  @Property
  void distanceIsSymmetricAndZeroForEqualsOnly(
      @ForAll @AlphaChars @StringLength(max = 8) String one,
      @ForAll @AlphaChars @StringLength(max = 8) String other) {
    assertThat(EditDistance.between(one, other)).isEqualTo(EditDistance.between(other, one));
    assertThat(EditDistance.between(one, other) == 0).isEqualTo(one.equals(other));
  }
}
