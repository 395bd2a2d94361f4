package io.turnmill.job.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that several variants answered: two variants with two buckets each. */
class ShowVariantsTest {
  private static final MessageType RESULTS = withVariant();

  @TempDir Path folder;

  private static MessageType withVariant() {
    List<Type> fields = new ArrayList<>(ResultFolder.RESULTS.getFields());
    fields.add(
        Types.optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("variant"));
    return new MessageType("spark_schema", fields);
  }

  @BeforeEach
  void aRunWithTwoVariants() throws IOException {
    ResultFolder results = new ResultFolder(folder);
    results.write("out/results/bucket=0/part-0.parquet", RESULTS, row("one", "bold", "Perhaps."));
    results.write("out/results/bucket=1/part-0.parquet", RESULTS, row("two", "bold", "Sure."));
    results.write(
        "out/results/bucket=2/part-0.parquet",
        RESULTS,
        row("alone", "plain", "Yes."),
        row("one", "plain", "It leaves at noon, from the second platform."));
    results.write(
        "out/results/bucket=3/part-0.parquet",
        RESULTS,
        row -> {
          row.append("session_id", "two").append("variant", "plain").append("status", "failed");
          row.append("error_code", "out_of_memory");
          ResultFolder.message(row, 0, "user", "Which train?");
        });
    manifest("all");
  }

  private void manifest(String mode) throws IOException {
    Files.createDirectories(folder.resolve("out/_turnmill"));
    Files.writeString(
        folder.resolve("out/_turnmill/run.json"),
        """
        {"settings": {"variants_mode": "%s"}, "books": {"buckets": 4},
         "variants": [{"name": "bold"}, {"name": "plain"}]}
        """
            .formatted(mode));
  }

  private static Consumer<Group> row(String id, String variant, String reply) {
    return ResultFolder.session(
        id,
        row -> {
          row.append("variant", variant);
          ResultFolder.message(row, 0, "user", "Which train?");
          ResultFolder.reply(row, 0, reply, 0);
        });
  }

  private String show(String path, int rows, Optional<String> session, boolean beside, int columns)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Terminal terminal = Terminal.plain(stream, stream).withColumns(columns);
    ShowRequest request =
        new ShowRequest(folder.resolve(path).toString(), rows, session, false, beside);
    Show.print(request, terminal, new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSessionIsShownOnceWithTheRepliesOfAllVariants() throws IOException {
    assertThat(show("out", 1, Optional.empty(), false, 50))
        .isEqualTo(
            """
            ━━ session one · ok · buckets 0, 2 ━━━━━━━━━━━━━━━

              user
                Which train?

            ▶ bold · stop · 1,234 prompt tokens · 12 reply tokens · confidence 0.82
                Perhaps.

            ▶ plain · stop · 1,234 prompt tokens · 12 reply tokens · confidence 0.82
                It leaves at noon, from the second platform.

            There are more sessions: --rows N shows the first N.
            """);
  }

  @Test
  void besideEachOtherTheyStandInColumnsIfThereIsRoom() throws IOException {
    assertThat(show("out", 1, Optional.empty(), true, 64))
        .isEqualTo(
            """
            ━━ session one · ok · buckets 0, 2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

              user
                Which train?

            ▶ bold                           ▶ plain
            stop · 1,234 prompt tokens ·     stop · 1,234 prompt tokens ·
            12 reply tokens · confidence     12 reply tokens · confidence
            0.82                             0.82
              Perhaps.                         It leaves at noon, from the
                                               second platform.

            There are more sessions: --rows N shows the first N.
            """);
    assertThat(show("out", 1, Optional.empty(), true, 50))
        .isEqualTo(show("out", 1, Optional.empty(), false, 50));
  }

  @Test
  void everySessionIsShownOnceAlsoOneThatOnlyOneVariantAnswered() throws IOException {
    String all = show("out", 9, Optional.empty(), false, 60);
    assertThat(all.split("━━ session ", -1)).hasSize(4);
    assertThat(all)
        .contains("session two · bold ok, plain failed · buckets 1, 3")
        .contains("plain: out_of_memory")
        .contains("session alone · ok · bucket 2")
        .contains("▶ plain · stop");
  }

  @Test
  void oneSessionIsFoundWithAllItsVariantsAndABucketIsShownAsItIs() throws IOException {
    assertThat(show("out", 9, Optional.of("one"), false, 60))
        .containsOnlyOnce("━━ session one")
        .contains("▶ bold", "▶ plain");
    assertThat(show("out/results/bucket=2", 9, Optional.empty(), false, 60))
        .contains("session alone", "session one · ok · bucket 2")
        .doesNotContain("▶ bold");
  }

  @Test
  void whereSessionsAreSharedOutEachRowIsASession() throws IOException {
    manifest("split");
    assertThat(show("out", 9, Optional.empty(), false, 60).split("━━ session ", -1)).hasSize(6);
  }

  @Test
  void eachVariantHasPromptsOfItsOwn() throws IOException {
    ResultFolder results = new ResultFolder(folder);
    results.write("one/results/bucket=0/part-0.parquet", RESULTS, closing("bold"));
    results.write("one/results/bucket=1/part-0.parquet", RESULTS, closing("plain"));
    Files.createDirectories(folder.resolve("one/_turnmill"));
    Files.writeString(
        folder.resolve("one/_turnmill/run.json"),
        """
        {"settings": {"task.kind": "reply", "prompt.message": "", "variants_mode": "all"},
         "books": {"buckets": 2},
         "variants": [{"name": "bold", "settings": {"prompt.message": "{{ transcript }}"}},
                      {"name": "plain", "settings": {}}]}
        """);
    assertThat(show("one", 9, Optional.empty(), false, 60))
        .as("the template of one variant is shown whole sessions")
        .contains("  assistant\n")
        .doesNotContain("not shown");
    assertThat(show("one/results/bucket=1", 9, Optional.empty(), false, 60))
        .contains("  assistant · not shown to the model\n");
  }

  /** A session in which the assistant has the last word. */
  private static Consumer<Group> closing(String variant) {
    return row("closing", variant, "Perhaps.")
        .andThen(row -> ResultFolder.message(row, 1, "assistant", "The first one."));
  }

  @Test
  void whatHasNoVariantsCannotBeShownBesideEachOther() throws IOException {
    new ResultFolder(folder)
        .write(
            "none/results/bucket=0/part-0.parquet",
            ResultFolder.RESULTS,
            ResultFolder.session("s", row -> ResultFolder.message(row, 0, "user", "Hi")));
    assertThatThrownBy(() -> show("none", 1, Optional.empty(), true, 60))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("the run had no variants");
  }
}
