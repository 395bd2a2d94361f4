package io.turnmill.document.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that hang, die or talk nonsense cost one file and nothing else. */
class ParserProcessTest {
  private static final String MAIN = "io.turnmill.document.parse.tika.MisbehavingMain";
  private static final ParseLimits LIMITS =
      new ParseLimits(1 << 20, 1000, Duration.ofSeconds(2), 64, 1, 10, 1 << 20, 3);

  @TempDir Path folder;
  private DocumentParser parser;

  @BeforeEach
  void start() throws IOException {
    Path testClasses = Path.of("target", "test-classes").toAbsolutePath();
    String classPath =
        ParserClassPath.in(Files.createDirectory(folder.resolve("jars")))
            + File.pathSeparator
            + testClasses;
    parser = DocumentParser.start(LIMITS, folder, new ParserProcess.Command(classPath, MAIN));
  }

  @AfterEach
  void close() {
    parser.close();
    assertThat(folder).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "hang, PARSE_TIMEOUT, It took longer than 2000 ms.",
    "exit, PARSER_DIED, 'The process that parsed it ended, with exit code 7.'",
    "overflow, PARSER_DIED, 'The process that parsed it ended, with exit code 4.'",
    "memory, PARSER_DIED, 'The process that parsed it ended: out of memory, with a heap of 64 MB.'",
  })
  void aProcessThatFailsCostsItsFile(String name, ParseRefusal code, String detail)
      throws Exception {
    long first = pid("a");

    assertThat(pid("b")).isEqualTo(first);
    assertThat(parse(name)).isEqualTo(new RefusedDocument(name, name, code, detail));
    assertThat(pid("c")).isNotEqualTo(first);
    assertThat(ProcessHandle.of(first)).isEmpty();
  }

  @Test
  void nonsenseOutOfAProcessCostsItsFile() throws Exception {
    assertThat(((RefusedDocument) parse("garbage")).code()).isEqualTo(ParseRefusal.PARSER_DIED);
    assertThat(parse("a")).isInstanceOf(ParsedDocument.class);
  }

  @Test
  void threadsAndOutputOfAParserDoNoHarm() throws Exception {
    assertThat(parse("thread")).isInstanceOf(ParsedDocument.class);
    assertThat(parse("a")).isInstanceOf(ParsedDocument.class);
  }

  @Test
  void whatOneFileLeavesBehindCostsNoOther() throws Exception {
    long pid = pid("a");
    assertThat(parse("leak")).isInstanceOf(ParsedDocument.class);

    assertThat(parse("hungry")).isInstanceOf(ParsedDocument.class);
    assertThat(pid("b")).isNotEqualTo(pid);
  }

  @Test
  void aProcessThatIsKilledBetweenFilesCostsNothing() throws Exception {
    ProcessHandle first = ProcessHandle.of(pid("a")).orElseThrow();
    first.destroyForcibly();
    first.onExit().get(10, TimeUnit.SECONDS);

    assertThat(pid("b")).isNotEqualTo(first.pid());
  }

  @Test
  void anInterruptedThreadEndsItsProcess() throws Exception {
    long pid = pid("a");
    AtomicReference<Exception> thrown = new AtomicReference<>();
    CountDownLatch opened = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                parser.parse(
                    "hang",
                    "hang",
                    () -> {
                      opened.countDown();
                      return new ByteArrayInputStream(new byte[] {1});
                    });
              } catch (InterruptedException e) {
                thrown.set(e);
              }
            });
    thread.start();
    opened.await();
    thread.interrupt();
    thread.join();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(parse("b")).isInstanceOf(ParsedDocument.class);
    parser.close();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void temporaryFilesAreGoneAfterEachFile() throws Exception {
    parse("a");
    parse("exit");

    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(path -> path.toString().contains("file"))).isEmpty();
    }
  }

  @Test
  void aProcessThatDoesNotStartIsAFaultOfTheSetUp() {
    DocumentParser broken =
        DocumentParser.start(LIMITS, folder, new ParserProcess.Command("nowhere", MAIN));

    assertThatThrownBy(() -> broken.parse("a", "a", () -> new ByteArrayInputStream(new byte[1])))
        .isInstanceOf(ParserStartException.class)
        .hasMessage(
            "The process that parses files did not start, with exit code 1."
                + " Is there memory for it?");
  }

  private ParseResult parse(String name) throws InterruptedException {
    List<ParseResult> results =
        parser.parse(name, name, () -> new ByteArrayInputStream(new byte[] {1}));
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private long pid(String name) throws InterruptedException {
    String[] words = ((ParsedDocument) parse(name)).text().text().split(" ", -1);
    assertThat(words[1]).isEqualTo("true");
    return Long.parseLong(words[0]);
  }
}
