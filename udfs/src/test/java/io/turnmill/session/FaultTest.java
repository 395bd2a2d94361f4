package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.session.Fault.Step;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class FaultTest {
  @Test
  void theDetailNamesTheStepAndTheClassAndNotTheMessage() {
    Fault fault = Fault.of(Step.RENDER, new NoSuchElementException("what a user said"));

    assertThat(fault.detail()).isEqualTo("render: java.util.NoSuchElementException");
    assertThat(fault.rejection()).isEqualTo(RejectionCode.INTERNAL_ERROR);
    assertThat(fault.toString()).doesNotContain("user");
  }

  @Test
  void theInnermostStepCounts() {
    RuntimeException inner = Fault.in(Step.DECODE, new StackOverflowError());

    Fault fault = Fault.of(Step.ACCEPT, Fault.in(Step.BEGIN, inner));
    assertThat(fault.detail()).isEqualTo("decode: java.lang.StackOverflowError");
  }

  @Test
  void onlyOurOwnExceptionThatSaysSoIsABug() {
    assertThat(Fault.of(Step.PARSE, new IllegalStateException("x is y. This is a bug.")))
        .returns(true, Fault::isBug)
        .returns(RejectionCode.BUG, Fault::rejection);
    assertThat(Fault.of(Step.PARSE, new IllegalStateException("closed")).isBug()).isFalse();
    assertThat(Fault.of(Step.PARSE, new IllegalStateException()).isBug()).isFalse();
    assertThat(Fault.of(Step.PARSE, new RuntimeException("This is a bug.")).isBug()).isFalse();
  }

  @Test
  void aFullHeapAndABrokenMachineAreNobodysFault() {
    for (Error error : new Error[] {new OutOfMemoryError(), new InternalError()}) {
      assertThatThrownBy(() -> Fault.of(Step.ENCODE, error)).isSameAs(error);
      assertThatThrownBy(() -> Fault.in(Step.ENCODE, error)).isSameAs(error);
    }
    assertThat(Fault.of(Step.ENCODE, new NoClassDefFoundError("a/B")).detail())
        .isEqualTo("encode: java.lang.NoClassDefFoundError");
  }
}
