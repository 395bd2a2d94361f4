package io.turnmill.job.topics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names and summaries as models write them. */
class TopicNameTest {
  @Test
  void theFormThatIsAskedForIsRead() {
    assertThat(TopicName.of("Name: Late parcels\nSummary: A parcel is late.\nIt is sought."))
        .isEqualTo(new TopicName("Late parcels", "A parcel is late.\nIt is sought."));
  }

  @Test
  void marksAroundFieldsAndNamesAreLeftOut() {
    assertThat(TopicName.of("- **Name:** “Late parcels.”\n- **Summary:** A parcel is late."))
        .isEqualTo(new TopicName("Late parcels", "A parcel is late."));
    assertThat(TopicName.of("name：包裹延误\nsummary：包裹没有按时送到。"))
        .isEqualTo(new TopicName("包裹延误", "包裹没有按时送到。"));
  }

  @Test
  void withoutTheFormTheFirstLineIsTheName() {
    assertThat(TopicName.of("\nLate parcels\n\nA parcel is late."))
        .isEqualTo(new TopicName("Late parcels", "A parcel is late."));
    assertThat(TopicName.of("")).isEqualTo(new TopicName("", ""));
  }

  @Test
  void aLongNameIsCut() {
    assertThat(TopicName.of("😀".repeat(200)).name()).isEqualTo("😀".repeat(79) + "…");
  }

  @Test
  void noTextIsInWhatALogMayShow() {
    assertThat(TopicName.of("Name: secret").toString()).doesNotContain("secret");
  }
}
