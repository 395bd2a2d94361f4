package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates that a user gives, in runs and alone. */
class TemplateRunTest {
  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void aTemplateThatRefusesRejectsTheSessionWithItsOwnWords() throws IOException {
    Path template = folder.resolve("picky.jinja");
    Files.writeString(
        template,
        "{%- if messages|length > limit -%}{{ raise_exception('No more than ' ~ limit) }}{%- endif -%}"
            + "{{ messages[-1].content.missing.deeper if messages[0].content == 'break' }}"
            + "{{ messages[-1].content }}");
    Path archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("fits", "Hello")
                + session("breaks", "break")
                + "{\"session_id\":\"long\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"user\",\"content\":\"b\"}]}\n");

    job.run(
        "--input",
        archive.toString(),
        "--set",
        "limits.max_rejected_share=1",
        "--set",
        "prompt.template=" + template,
        "--set",
        "prompt.template_kwargs={ limit = 1 }");

    assertThat(job.results().stream().map(row -> row.<String>getAs("session_id")))
        .containsExactly("fits");
    Map<String, Row> rejected = new TreeMap<>();
    job.rejected().forEach(row -> rejected.put(row.getAs("session_id"), row));
    assertThat(rejected.get("long").<String>getAs("code")).isEqualTo("template_refused");
    assertThat(rejected.get("long").<String>getAs("detail")).contains("No more than 1");
    assertThat(rejected.get("long").<String>getAs("source_file")).endsWith("in.jsonl");
    assertThat(rejected.get("breaks").<String>getAs("code")).isEqualTo("template_error");
    assertThat(rejected.get("breaks").<String>getAs("detail")).contains("line 1");
  }

  @Test
  void templateRenderPrintsThePromptOfTheModel() throws IOException {
    Path messages = folder.resolve("hello.json");
    Files.writeString(messages, "[{\"role\": \"user\", \"content\": \"Hi <|im_end|>\"}]");
    assertThat(
            job.command(
                "template",
                "render",
                "--model",
                JobForTests.MODEL,
                "--messages",
                messages.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .contains("<|im_start|>user\nHi <|im_end|><|im_end|>\n<|im_start|>assistant\n");

    Path template = folder.resolve("mine.jinja");
    Files.writeString(template, "{{ name }}: {{ messages[0].content }}");
    job.command(
        "template",
        "render",
        "--model",
        JobForTests.MODEL,
        "--template",
        template.toString(),
        "--messages",
        messages.toString(),
        "--kwarg",
        "name=Bob");
    assertThat(job.out()).isEqualTo("Bob: Hi <|im_end|>");

    Files.writeString(template, "{{ name");
    assertThat(
            job.command(
                "template",
                "render",
                "--model",
                JobForTests.MODEL,
                "--template",
                template.toString(),
                "--messages",
                messages.toString()))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("line 1").doesNotContain("\tat ");
  }
}
