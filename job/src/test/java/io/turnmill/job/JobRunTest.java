package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import io.turnmill.job.report.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code run} and {@code plan} from arguments to files, with a fake forward pass. */
class JobRunTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String MODEL = ROOT.resolve("samples/models/chat-mini").toString();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void everySampleSessionComesOutOnceWithAReply() throws IOException {
    assertThat(run("--input", ROOT.resolve("samples/sessions").toString())).isEqualTo(ExitCode.OK);

    JsonNode manifest = manifest();
    assertThat(manifest.path("state").asText()).isEqualTo("complete");
    JsonNode books = manifest.path("books");
    assertThat(books.path("sessions").asLong())
        .isGreaterThan(300)
        .isEqualTo(
            books.path("ok").asLong()
                + books.path("failed").asLong()
                + books.path("rejected_sessions").asLong());
    String contract = Files.readString(ROOT.resolve("samples/FORMAT.md"));
    for (JsonNode fields : List.of(manifest, books)) {
      fields.fieldNames().forEachRemaining(name -> assertThat(contract).contains("`" + name + "`"));
    }
    List<Row> rows = results();
    assertThat(rows).hasSize(books.path("ok").asInt());
    assertThat(rows.stream().map(row -> row.<String>getAs("session_id"))).doesNotHaveDuplicates();
    for (Row row : rows) {
      List<Row> messages = row.getList(row.fieldIndex("messages"));
      List<Row> replies = row.getList(row.fieldIndex("replies"));
      assertThat(replies).hasSize(1);
      Row reply = replies.get(0);
      assertThat(messages.get(reply.<Integer>getAs("turn")).<String>getAs("role"))
          .isEqualTo("user");
      assertThat(messages.subList(reply.<Integer>getAs("turn") + 1, messages.size()))
          .allSatisfy(behind -> assertThat(behind.<String>getAs("role")).isNotEqualTo("user"));
      assertThat(reply.<Double>getAs("confidence"))
          .isEqualTo(Math.exp(reply.<Double>getAs("mean_logprob")))
          .isBetween(0.0, 1.0);
      assertThat(row.<String>getAs("model_fingerprint"))
          .isEqualTo(manifest.path("model").path("fingerprint").asText());
    }
    assertThat(Files.exists(folder.resolve("out/_turnmill/work"))).isFalse();
    assertThat(text(out)).contains("sessions in").contains("show");
  }

  @Test
  void spoiltRecordsAreRejectedEachWithItsCodeAndNoNeighbour() throws IOException {
    ExitCode code =
        run(
            "--input",
            ROOT.resolve("samples/spoilt/records.jsonl").toString(),
            "--input",
            ROOT.resolve("samples/spoilt/records.csv").toString(),
            "--set",
            "limits.max_rejected_share=1");

    assertThat(code).isEqualTo(ExitCode.OK);
    Map<String, String> codes = new TreeMap<>();
    for (Row row : rejected()) {
      String file = Path.of(row.<String>getAs("source_file")).getFileName().toString();
      codes.merge(file + ":" + row.getAs("line"), row.getAs("code"), (a, b) -> a + "," + b);
    }
    assertThat(codes)
        .containsEntry("records.jsonl:7", "missing_session_id")
        .containsEntry("records.jsonl:8", "blank_session_id")
        .containsEntry("records.jsonl:10", "missing_role")
        .containsEntry("records.jsonl:24", "unknown_role")
        .containsEntry("records.jsonl:36", "empty_content")
        .containsEntry("records.jsonl:46", "empty_content")
        .containsEntry("records.jsonl:62", "missing_content")
        .containsEntry("records.jsonl:70", "unsupported_content")
        .containsEntry("records.jsonl:82", "invalid_turn")
        .containsEntry("records.jsonl:93", "malformed_json")
        .containsEntry("records.jsonl:94", "not_an_object")
        .containsEntry("records.jsonl:96", "invalid_utf8")
        .containsEntry("records.jsonl:115", "duplicate_turn")
        .containsEntry("records.jsonl:125", "no_user_turn")
        .containsEntry("records.jsonl:131", "prompt_too_long")
        .containsEntry("records.csv:16", "missing_role")
        .containsEntry("records.csv:28", "unknown_role")
        .containsEntry("records.csv:54", "invalid_turn")
        .containsEntry("records.csv:64", "malformed_csv")
        .containsEntry("records.csv:74", "malformed_csv")
        .containsEntry("records.csv:100", "malformed_csv");
    assertThat(results().stream().map(row -> row.<String>getAs("session_id")))
        .contains(
            "sgd-train-25_00117", "sgd-train-2_00104", "sgd-train-43_00074", "sgd-train-43_00053");
  }

  @Test
  void aSessionWhoseScoresAreNotFiniteFailsAloneAndIsCounted() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(
        archive,
        session("good", "Hello there")
            + session("bad", FakeModelLoader.POISON)
            + session("fine", "Good morning"));

    assertThat(run("--input", archive.toString(), "--set", "output.buckets=1"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);

    Map<String, String> status = new TreeMap<>();
    results().forEach(row -> status.put(row.getAs("session_id"), row.getAs("status")));
    assertThat(status).isEqualTo(Map.of("good", "ok", "fine", "ok", "bad", "failed"));
    JsonNode books = manifest().path("books");
    assertThat(books.path("failed_by_code").path("non_finite_logits").asLong()).isEqualTo(1);
    assertThat(text(err)).contains("33.3 %").contains("limits.max_failed_share");
  }

  @Test
  void theSameRunMayBeRepeatedAnotherOneOnlyWithOverwrite() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.OK);
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.OK);

    String[] other = {"--input", archive.toString(), "--set", "sampling.max_tokens=3"};
    assertThat(run(other)).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("another run").contains("--overwrite").doesNotContain("\tat ");
    assertThat(results()).hasSize(1);

    Files.writeString(archive, session("a", "Hello") + session("b", "More"));
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.SETUP);
    assertThat(run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.OK);
    assertThat(results()).hasSize(2);
  }

  @Test
  void aFolderWithOtherThingsIsNotWrittenTo() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/mine.txt"), "mine");
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));

    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("is not empty").doesNotContain("\tat ");
    assertThat(folder.resolve("out").toFile().list()).containsExactly("mine.txt");
  }

  @Test
  void anInputThatDoesNotExistIsOneClearMessage() {
    assertThat(run("--input", folder + "/none", "--input", folder + "/*.gz"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(text(err))
        .contains("none does not exist")
        .contains("*.gz matches nothing")
        .doesNotContain("\tat ");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  @Test
  void anOutputThatCannotBeWrittenIsOneClearMessage() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    Files.writeString(folder.resolve("file"), "");
    ExitCode code =
        command(
            "run", "--model", MODEL, "--input", archive.toString(), "--output", folder + "/file/x");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("output.path").doesNotContain("\tat ");
  }

  @Test
  void aModelFolderThatIsNoneIsOneClearMessage() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    ExitCode code =
        command(
            "run", "--model", folder.toString(), "--input", archive.toString(), "--output", "o");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(text(err))
        .contains("config.json")
        .contains("model.safetensors")
        .doesNotContain("\tat ");
  }

  @Test
  void replyTokensThatLeaveNoRoomForAPromptAreRefused() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    assertThat(run("--input", archive.toString(), "--set", "sampling.max_tokens=100000"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("leaves no room").doesNotContain("\tat ");
  }

  @Test
  void tokenIdsThatTheModelLacksAreRefusedByName() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    ExitCode code =
        run(
            "--input",
            archive.toString(),
            "--set=sampling.logit_bias={ 5 = 1, 90000 = -1 }",
            "--set=sampling.stop_token_ids=[7, 151645]");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(text(err))
        .contains("sampling.logit_bias: 90000 is no token of this model\n")
        .contains("sampling.stop_token_ids: 151645 is no token of this model;")
        .contains("its token ids go from 0 to ")
        .doesNotContain("\tat ");
  }

  @Test
  void cutLeftAnswersWhatIsTooLong() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      String role = i % 2 == 0 ? "user" : "assistant";
      messages.add(
          "{\"role\":\"" + role + "\",\"content\":\"" + "many words ".repeat(20) + i + "\"}");
    }
    Files.writeString(
        archive, "{\"session_id\":\"long\",\"messages\":[" + String.join(",", messages) + "]}\n");

    assertThat(run("--input", archive.toString(), "--set", "check.too_long=cut_left"))
        .isEqualTo(ExitCode.OK);

    Row row = results().get(0);
    assertThat(row.getList(row.fieldIndex("messages"))).hasSize(101);
    Row reply = (Row) row.getList(row.fieldIndex("replies")).get(0);
    assertThat(reply.<Integer>getAs("dropped_messages")).isBetween(1, 100);
    assertThat(reply.<Integer>getAs("turn")).isEqualTo(100);
  }

  @Test
  void repliesDoNotDependOnBucketsOrOrder() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(session("s" + i, "Question number " + i));
    }
    Path archive = folder.resolve("in.jsonl");
    String[] settings = {
      "--input",
      archive.toString(),
      "--overwrite",
      "--set",
      "sampling.temperature=1.0",
      "--set",
      "sampling.seed=5"
    };
    Files.writeString(archive, String.join("", lines));
    assertThat(run(settings)).isEqualTo(ExitCode.OK);
    Map<String, String> first = replies();
    Collections.reverse(lines);
    Files.writeString(archive, String.join("", lines));
    String[] others =
        Stream.concat(Stream.of(settings), Stream.of("--set", "output.buckets=3"))
            .toArray(String[]::new);
    assertThat(run(others)).isEqualTo(ExitCode.OK);
    assertThat(replies()).isEqualTo(first);
    others[6] = "sampling.seed=6";
    assertThat(run(others)).isEqualTo(ExitCode.OK);
    assertThat(replies()).isNotEqualTo(first);
  }

  @Test
  void severalRepliesToATurnDifferAndTheFirstIsThatOfARunForOne() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "I want to book a table for two in the city."));
    List<String> settings =
        List.of("--input", archive.toString(), "--overwrite", "--set=sampling.temperature=1.5");
    assertThat(run(settings.toArray(String[]::new))).isEqualTo(ExitCode.OK);
    String only = onlyReplies().get(0).getAs("content");
    List<String> three = new ArrayList<>(settings);
    three.addAll(List.of("--set=sampling.n=3", "--set=sampling.logprobs=2"));
    assertThat(run(three.toArray(String[]::new))).isEqualTo(ExitCode.OK);

    List<Row> replies = onlyReplies();
    assertThat(replies.stream().map(reply -> reply.<Integer>getAs("choice")))
        .containsExactly(0, 1, 2);
    assertThat(replies.get(0).<String>getAs("content")).isEqualTo(only);
    assertThat(replies.stream().map(reply -> reply.<String>getAs("content")).distinct()).hasSize(3);
    for (Row reply : replies) {
      List<Row> tokens = reply.getList(reply.fieldIndex("logprobs"));
      assertThat(tokens).hasSize(reply.<Integer>getAs("completion_tokens"));
      double sum = 0;
      for (Row token : tokens) {
        sum += token.<Float>getAs("logprob");
        List<Row> likeliest = token.getList(token.fieldIndex("alternatives"));
        assertThat(likeliest).hasSize(2);
        float best = likeliest.get(0).<Float>getAs("logprob");
        assertThat(best)
            .isGreaterThanOrEqualTo(likeliest.get(1).<Float>getAs("logprob"))
            .isGreaterThanOrEqualTo(token.<Float>getAs("logprob"));
      }
      assertThat(sum / tokens.size()).isCloseTo(reply.getAs("mean_logprob"), within(1e-6));
    }
  }

  /** Of the only session. */
  private List<Row> onlyReplies() {
    Row row = results().get(0);
    return row.getList(row.fieldIndex("replies"));
  }

  @Test
  void aRunInTwoFoldersGivesTheSameTables() throws IOException {
    String input = ROOT.resolve("samples/sessions/messages.csv").toString();
    assertThat(run("--input", input)).isEqualTo(ExitCode.OK);
    Path first = Files.move(folder.resolve("out"), folder.resolve("first"));
    assertThat(run("--input", input, "--set", "engine.max_num_seqs=3")).isEqualTo(ExitCode.OK);

    JavaDatasetSuiteBase tables =
        new JavaDatasetSuiteBase() {
          @Override
          public SparkSession spark() {
            return SparkForTests.session();
          }
        };
    tables.assertDataFrameNoOrderEquals(answers(first), answers(folder.resolve("out")));
  }

  /** What does not depend on the engine's luck: how much it could take from its cache does. */
  private static Dataset<Row> answers(Path output) {
    return SparkForTests.session()
        .read()
        .parquet(output.resolve("results").toString())
        .selectExpr(
            "session_id",
            "status",
            "bucket",
            "messages",
            "transform(replies, r -> named_struct('turn', r.turn, 'content', r.content,"
                + " 'end', r.finish_reason, 'tokens', r.completion_tokens)) as replies");
  }

  @Test
  void inputInsideTheOutputFolderIsNotDeletedButRefused() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.OK);

    String twisted = folder.resolve("x/../out/results").toString();
    Files.createDirectories(folder.resolve("x"));
    assertThat(run("--input", twisted, "--overwrite")).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("output").doesNotContain("\tat ");
    assertThat(results()).hasSize(1);
  }

  @Test
  void resultsWithoutOurManifestAreNeverDeleted() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    Path theirs = Files.createDirectories(folder.resolve("out/results")).resolve("theirs.txt");
    Files.writeString(theirs, "theirs");
    assertThat(run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.SETUP);
    assertThat(theirs).exists();
  }

  @Test
  void anEmptyFolderMayBePlannedAndThenRun() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    Files.createDirectories(folder.resolve("out"));
    String[] arguments = {
      "--model", MODEL, "--input", archive.toString(), "--output", folder + "/out"
    };
    assertThat(
            command(Stream.concat(Stream.of("plan"), Stream.of(arguments)).toArray(String[]::new)))
        .isEqualTo(ExitCode.OK);
    assertThat(folder.resolve("out").toFile().list()).isEmpty();
    assertThat(
            command(Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new)))
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void halfOfTheSessionsRejectedIsTooManyHoweverManyMessagesTheyHave() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      List<Map<String, String>> messages = new ArrayList<>();
      for (int m = 0; m < 15; m++) {
        String role = i % 2 == 0 && m % 2 == 0 ? "user" : "assistant";
        messages.add(Map.of("role", role, "content", "word " + m));
      }
      lines
          .append(JSON.writeValueAsString(Map.of("session_id", "s" + i, "messages", messages)))
          .append('\n');
    }
    Files.writeString(archive, lines);
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(text(err)).contains("50.0 % of the sessions were rejected");
  }

  @Test
  void aModelWithoutAChatTemplateIsOneClearMessage() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    try (Stream<Path> files = Files.list(Path.of(MODEL))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("tokenizer_config.json");
    ObjectNode tree = (ObjectNode) JSON.readTree(config.toFile());
    tree.remove("chat_template");
    JSON.writeValue(config.toFile(), tree);
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello"));
    String[] arguments = {
      "run", "--model", model.toString(), "--input", archive.toString(), "--output", folder + "/out"
    };
    assertThat(command(arguments)).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("template").doesNotContain("\tat ").doesNotContain("bug");

    Path weights = model.resolve("model.safetensors");
    Files.copy(
        Path.of(MODEL, "tokenizer_config.json"), config, StandardCopyOption.REPLACE_EXISTING);
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1_000_000));
    assertThat(command(arguments)).isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("model.safetensors").doesNotContain("\tat ");
  }

  @Test
  void planCountsAndWritesNothing() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Hello") + session("b", "Hello again") + "{broken\n");

    assertThat(
            command(
                "plan",
                "--model",
                MODEL,
                "--input",
                archive.toString(),
                "--output",
                folder + "/out",
                "--prompt-rate=10",
                "--reply-rate=1"))
        .isEqualTo(ExitCode.OK);

    assertThat(text(out))
        .containsPattern("of one executor +about 4 min")
        .containsPattern("sessions +2")
        .containsPattern("turns +2")
        .containsPattern("prompt tokens +about \\d+")
        .containsPattern("malformed_json +1")
        .contains("sampling.max_tokens");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  @Test
  void aTemplateThatRefusesRejectsTheSessionWithItsOwnWords() throws IOException {
    Path template = folder.resolve("picky.jinja");
    Files.writeString(
        template,
        "{%- if messages|length > limit -%}{{ raise_exception('No more than ' ~ limit) }}{%- endif -%}"
            + "{{ messages[-1].content.missing.deeper if messages[0].content == 'break' }}"
            + "{{ messages[-1].content }}");
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(
        archive,
        session("fits", "Hello")
            + session("breaks", "break")
            + "{\"session_id\":\"long\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
            + "{\"role\":\"user\",\"content\":\"b\"}]}\n");

    run(
        "--input",
        archive.toString(),
        "--set",
        "limits.max_rejected_share=1",
        "--set",
        "prompt.template=" + template,
        "--set",
        "prompt.template_kwargs={ limit = 1 }");

    assertThat(results().stream().map(row -> row.<String>getAs("session_id")))
        .containsExactly("fits");
    Map<String, Row> rejected = new TreeMap<>();
    rejected().forEach(row -> rejected.put(row.getAs("session_id"), row));
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
    assertThat(command("template", "render", "--model", MODEL, "--messages", messages.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(text(out))
        .contains("<|im_start|>user\nHi <|im_end|><|im_end|>\n<|im_start|>assistant\n");

    Path template = folder.resolve("mine.jinja");
    Files.writeString(template, "{{ name }}: {{ messages[0].content }}");
    command(
        "template",
        "render",
        "--model",
        MODEL,
        "--template",
        template.toString(),
        "--messages",
        messages.toString(),
        "--kwarg",
        "name=Bob");
    assertThat(text(out)).isEqualTo("Bob: Hi <|im_end|>");

    Files.writeString(template, "{{ name");
    assertThat(
            command(
                "template",
                "render",
                "--model",
                MODEL,
                "--template",
                template.toString(),
                "--messages",
                messages.toString()))
        .isEqualTo(ExitCode.SETUP);
    assertThat(text(err)).contains("line 1").doesNotContain("\tat ");
  }

  @Test
  void anArchiveWithoutOneUsableSessionStillBalances() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, "{broken\n");
    assertThat(run("--input", archive.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(manifest().path("books").path("sessions").asLong()).isZero();
    assertThat(rejected()).hasSize(1);

    Files.writeString(archive, "");
    assertThat(run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.OK);
    assertThat(rejected()).isEmpty();
  }

  @Test
  void noConversationTextIsPrinted() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(
        archive,
        session("a", "xyzzy Hello")
            + "{\"session_id\":\"b\",\"role\":\"nobody\",\"content\":\"xyzzy\"}\n"
            + "{\"session_id\":\"c\",\"content\":\"xyzzy\n");
    run("--input", archive.toString());
    assertThat(text(out) + text(err)).doesNotContain("xyzzy");
    assertThat(Files.readString(folder.resolve("out/_turnmill/run.json"))).doesNotContain("xyzzy");
    rejected().forEach(row -> assertThat(row.toString()).doesNotContain("xyzzy"));
  }

  private static String session(String id, String text) throws IOException {
    return JSON.writeValueAsString(
            Map.of("session_id", id, "messages", List.of(Map.of("role", "user", "content", text))))
        + "\n";
  }

  private ExitCode run(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("run", "--model", MODEL, "--output", folder + "/out"));
    all.addAll(List.of("--set", "output.buckets=2", "--set", "sampling.max_tokens=20"));
    all.addAll(List.of(arguments));
    return command(all.toArray(String[]::new));
  }

  private ExitCode command(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        Terminal.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    Context context =
        new Context(
            terminal,
            "submit/local.sh",
            new SparkJobs(FakeModelLoader::new),
            Wiring.templates(),
            new FolderModelTool());
    return Main.run(arguments, context);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  private JsonNode manifest() throws IOException {
    return JSON.readTree(folder.resolve("out/_turnmill/run.json").toFile());
  }

  private List<Row> results() {
    return SparkForTests.session()
        .read()
        .parquet(folder.resolve("out/results").toString())
        .collectAsList();
  }

  private Map<String, String> replies() {
    Map<String, String> replies = new TreeMap<>();
    for (Row row : results()) {
      replies.put(
          row.getAs("session_id"),
          ((Row) row.getList(row.fieldIndex("replies")).get(0)).<String>getAs("content"));
    }
    return replies;
  }

  private List<Row> rejected() {
    return SparkForTests.session()
        .read()
        .parquet(folder.resolve("out/rejected").toString())
        .collectAsList();
  }
}
