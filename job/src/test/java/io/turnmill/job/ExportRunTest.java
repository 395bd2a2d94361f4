package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code export} of conversations, over the results of whole runs. */
class ExportRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path archive;
  private JobForTests job;
  private String results;

  @BeforeEach
  void writeArchive() throws IOException {
    archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("a", "system", "Be brief.", "user", "Hi.", "assistant", "Hello!", "user", "é?")
                + session("b", "user", "One.", "user", "Two.", "assistant", "Three.\nFour.")
                + session("c", "user", FakeModelLoader.POISON, "assistant", "Never exported."));
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    results = folder.resolve("out").toString();
  }

  private static String session(String id, String... rolesAndTexts) throws IOException {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int i = 0; i < rolesAndTexts.length; i += 2) {
      messages.add(Map.of("role", rolesAndTexts[i], "content", rolesAndTexts[i + 1]));
    }
    return JSON.writeValueAsString(Map.of("session_id", id, "messages", messages)) + "\n";
  }

  private void replay(String... more) {
    List<String> all = new ArrayList<>(List.of("--input", archive.toString()));
    all.addAll(List.of("--set=task.kind=replay", "--set=limits.max_failed_share=1"));
    all.addAll(List.of("--set=output.buckets=1"));
    all.addAll(List.of(more));
    assertThat(job.run(all.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
  }

  private ExitCode export(String... arguments) {
    return job.command(
        Stream.concat(Stream.of("export", results), Stream.of(arguments)).toArray(String[]::new));
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** By session and turn, as the table of results has them. */
  private String reply(String session, int turn) {
    for (Row row : job.results()) {
      for (Row reply : row.<Row>getList(row.fieldIndex("replies"))) {
        if (row.<String>getAs("session_id").equals(session)
            && reply.<Integer>getAs("turn") == turn) {
          return reply.getAs("content");
        }
      }
    }
    throw new AssertionError("There is no such reply.");
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void triplesHoldWhatWasSaidBeforeTheQuestionAndTheReply() throws IOException {
    replay();
    Path file = folder.resolve("triples.jsonl");
    assertThat(export("--format", "triples", "--output", file.toString()))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(job.err())
        .contains("Wrote 4 triples to")
        .contains("1 row was left out, because the status is failed.");
    List<JsonNode> triples = lines("triples.jsonl");
    assertThat(triples)
        .extracting(line -> line.path("session_id").asText() + line.path("turn").asInt())
        .containsExactly("a1", "a3", "b0", "b1");
    assertThat(triples.get(1).path("history"))
        .isEqualTo(
            json(
                "[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi.'},"
                    + "{'role':'assistant','content':'Hello!'}]"));
    assertThat(triples.get(1).path("question").asText()).isEqualTo("é?");
    assertThat(triples.get(1).path("reply").asText()).isEqualTo(reply("a", 3));
    assertThat(triples.get(2).path("history")).isEmpty();
    assertThat(triples.get(0).properties().stream().map(Map.Entry::getKey))
        .containsExactly("session_id", "turn", "history", "question", "reply");
  }

  @Test
  void triplesOfTheArchiveEndWithTheAssistantsOwnTurns() throws IOException {
    replay();
    assertThat(
            export(
                "--format=triples",
                "--replies=archive",
                "--output",
                folder.resolve("own.jsonl.gz").toString()))
        .isEqualTo(ExitCode.OK);
    List<String> replies = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("own.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode triple = JSON.readTree(line);
        replies.add(triple.path("question").asText() + " " + triple.path("reply").asText());
      }
    }
    assertThat(replies).containsExactly("Hi. Hello!", "Two. Three.\nFour.");
  }

  @Test
  void conversationsInTheShapeOfOpenAiEndWithTheReply() throws IOException {
    replay();
    Path exports = Files.createDirectory(folder.resolve("exports"));
    assertThat(export("--format", "openai", "--output", exports.toString())).isEqualTo(ExitCode.OK);
    List<JsonNode> lines = lines("exports/openai.jsonl");
    assertThat(lines).hasSize(4);
    JsonNode expected =
        json(
            "{'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi.'},"
                + "{'role':'assistant','content':"
                + JSON.writeValueAsString(reply("a", 1)).replace('"', '\'')
                + "}]}");
    assertThat(lines.get(0)).isEqualTo(expected);

    assertThat(
            export(
                "--format=openai", "--replies=archive", "--overwrite", "--output", exports + "/"))
        .isEqualTo(ExitCode.OK);
    assertThat(lines("exports/openai.jsonl"))
        .as("one conversation for each session, up to the assistant's last turn")
        .containsExactly(
            json(
                "{'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi.'},"
                    + "{'role':'assistant','content':'Hello!'}]}"),
            json(
                "{'messages':[{'role':'user','content':'One.'},{'role':'user','content':'Two.'},"
                    + "{'role':'assistant','content':'Three.\\nFour.'}]}"));
    try (Stream<Path> files = Files.list(exports)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("nothing lies beside the file")
          .containsExactly("openai.jsonl");
    }
  }

  @Test
  void messagesThatWereCutOffAreNotInTheHistoryButThoseOfTheSystemAre() throws IOException {
    String[] atHead = {
      "system", "Be brief.", "user", "word ".repeat(3000), "assistant", "Yes.", "user", "Why?"
    };
    String[] inTheMiddle = {
      "user", "word ".repeat(3000), "assistant", "Yes.", "system", "Be brief.", "user", "Why?"
    };
    Files.writeString(archive, session("head", atHead) + session("middle", inTheMiddle));
    replay("--set=check.too_long=cut_left", "--set=task.kind=reply");
    Path file = folder.resolve("cut.jsonl");
    assertThat(export("--format=triples", "--output", file.toString())).isEqualTo(ExitCode.OK);
    assertThat(lines("cut.jsonl"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line.path("history"))
                    .isEqualTo(json("[{'role':'system','content':'Be brief.'}]")));
  }

  @Test
  void theHistoryOfARolloutHasTheModelsOwnReplies() throws IOException {
    Files.writeString(
        archive, session("r", "user", "Hi.", "assistant", "Hello!", "tool", "Ring.", "user", "é?"));
    replay("--set=task.kind=rollout");
    Path file = folder.resolve("rollout.jsonl");
    assertThat(export("--format=triples", "--output", file.toString())).isEqualTo(ExitCode.OK);
    JsonNode last = lines("rollout.jsonl").get(1);
    List<String> said = new ArrayList<>();
    last.path("history").forEach(of -> said.add(of.path("role").asText()));
    assertThat(said).containsExactly("user", "assistant", "tool");
    assertThat(last.path("history").get(1).path("content").asText()).isEqualTo(reply("r", 0));
    assertThat(last.path("question").asText()).isEqualTo("é?");
    assertThat(last.path("reply").asText()).isEqualTo(reply("r", 3));
  }

  @Test
  void aMessageThatTheModelContinuedIsPutTogether() throws IOException {
    String[] said = {"user", "Count.", "tool", "Ring.", "assistant", "One, two"};
    Files.writeString(archive, session("c", said));
    replay("--set=task.kind=reply", "--set=prompt.continue_final_message=true");
    Path file = folder.resolve("continued.jsonl");
    assertThat(export("--format=openai", "--output", file.toString())).isEqualTo(ExitCode.OK);
    JsonNode messages = lines("continued.jsonl").get(0).path("messages");
    assertThat(messages).hasSize(3);
    assertThat(messages.get(1).path("content").asText()).isEqualTo("Ring.");
    assertThat(messages.get(2).path("content").asText()).isEqualTo("One, two" + reply("c", 0));

    assertThat(export("--format=triples", "--overwrite", "--output", file.toString()))
        .isEqualTo(ExitCode.OK);
    JsonNode triple = lines("continued.jsonl").get(0);
    assertThat(triple.path("history")).isEmpty();
    assertThat(triple.path("between").get(0).path("content").asText()).isEqualTo("Ring.");
    assertThat(triple.path("reply").asText()).startsWith("One, two");
  }

  @Test
  void whatATemplateMadeOfASessionIsNotInTheResults() {
    replay("--set=prompt.message={{ transcript }}");
    String file = folder.resolve("t.jsonl").toString();
    assertThat(export("--format=triples", "--output", file)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("one message that prompt.message made of each session");
    assertThat(export("--format=triples", "--replies=archive", "--output", file))
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void anExportHoldsTheRepliesOfOneVariant() throws IOException {
    String[] variants = {"--set=variants.plain={}", "--set=variants.bold.sampling.temperature=1.5"};
    replay(variants);
    String file = folder.resolve("v.jsonl").toString();
    for (String whose : List.of("model", "archive")) {
      assertThat(export("--format=triples", "--replies", whose, "--output", file))
          .isEqualTo(ExitCode.SETUP);
      assertThat(job.err()).contains("several variants: bold, plain.", "--variant NAME");
    }
    assertThat(export("--format=triples", "--variant=italic", "--output", file))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("no variant 'italic'. Its variants are bold, plain.");

    assertThat(export("--format=triples", "--variant=plain", "--output", file))
        .isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("Wrote 4 triples").contains("1 row was left out");
    assertThat(lines("v.jsonl"))
        .extracting(line -> line.path("variant").asText() + " " + line.path("turn").asText())
        .containsExactly("plain 1", "plain 3", "plain 0", "plain 1");
  }

  @Test
  void theResultsOfOneBucketAreThoseOfOneVariantAndFilesOfTwoAreToldApart() throws IOException {
    replay("--set=variants.plain={}", "--set=variants.bold.sampling.temperature=1.5");
    String file = folder.resolve("v.jsonl").toString();
    results = folder.resolve("out/results/bucket=1").toString();
    assertThat(export("--format=triples", "--output", file)).isEqualTo(ExitCode.OK);
    assertThat(lines("v.jsonl")).allMatch(line -> line.path("variant").asText().equals("plain"));

    Files.move(folder.resolve("out/results"), folder.resolve("copied"));
    results = folder.resolve("copied").toString();
    assertThat(export("--format=openai", "--overwrite", "--output", file))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("No run.json lies beside these results")
        .contains("several variants: bold, plain.");
    assertThat(export("--format=openai", "--variant=bold", "--overwrite", "--output", file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines("v.jsonl")).hasSize(4);
  }

  @Test
  void ofSessionsThatWereSharedOutTheArchivesRepliesAreOneExport() throws IOException {
    replay(
        "--set=variants.plain={}",
        "--set=variants.bold.sampling.temperature=1.5",
        "--set=variants_mode=split");
    String file = folder.resolve("v.jsonl").toString();
    assertThat(export("--format=triples", "--output", file)).isEqualTo(ExitCode.SETUP);
    assertThat(export("--format=triples", "--replies=archive", "--output", file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines("v.jsonl"))
        .extracting(line -> line.path("session_id").asText())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatCannotBeExportedIsSaidInOneSentence() throws IOException {
    replay();
    String there = Files.writeString(folder.resolve("there.jsonl"), "mine").toString();
    assertThat(export("--format=triples", "--output", there)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("Add --overwrite to replace it.");
    assertThat(Path.of(there)).content().isEqualTo("mine");

    assertThat(export("--format=openai", "--output", results + "/x.jsonl"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("lies in the output folder of the run");

    assertThat(export("--format=openai", "--variant=plain", "--output", there + "2"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("--variant: the run had no variants");

    String vectors = folder.resolve("v.arrow").toString();
    assertThat(export("--format=arrow", "--output", vectors)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("only results of task.kind = embed become an Arrow file");
    assertThat(export("--format=arrow", "--replies=model", "--output", vectors))
        .isEqualTo(ExitCode.SETUP);
    assertThat(export("--format=csv", "--output", vectors)).isEqualTo(ExitCode.SETUP);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("a file that was begun is removed")
          .containsExactlyInAnyOrder("in.jsonl", "out", "there.jsonl");
    }
  }

  @Test
  void conversationsCannotBeMadeOfSingleTurns() {
    replay("--set=output.layout=turn");
    assertThat(export("--format=triples", "--output", folder.resolve("t.jsonl").toString()))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains(
            "output.layout = turn leaves out what was said before a turn", "another output folder");
  }

  @Test
  void aRunThatIsNotCompleteIsExportedOnlyIfThatIsAskedFor() throws IOException {
    replay();
    Path manifest = folder.resolve("out/_turnmill/run.json");
    String stopped = Files.readString(manifest).replace("\"complete\"", "\"stopped\"");
    Files.writeString(manifest, stopped);
    String file = folder.resolve("part.jsonl").toString();
    assertThat(export("--format=triples", "--output", file)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("is not complete: its state is stopped");
    results = folder.resolve("out/results/bucket=0").toString();
    assertThat(export("--format=triples", "--output", file)).isEqualTo(ExitCode.SETUP);
    assertThat(export("--format=triples", "--incomplete", "--output", file)).isEqualTo(ExitCode.OK);
    assertThat(lines("part.jsonl")).hasSize(4);
  }
}
