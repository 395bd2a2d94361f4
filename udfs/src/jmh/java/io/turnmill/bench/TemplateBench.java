package io.turnmill.bench;

import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.testing.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Renders of a 20-turn conversation with the template of Qwen2.5, on one thread.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     org.openjdk.jmh.Main TemplateBench -prof gc
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TemplateBench {
  private static final int TURNS = 20;

  private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private final List<Message> messages = new ArrayList<>();
  private ChatTemplate template;

  /** Lays out the model folder and the conversation: some forty words a turn. */
  @Setup
  public void prepare() throws IOException {
    Path folder = Tokenizers.folder(Tokenizers.QWEN, Files.createTempDirectory("bench"));
    ChatTemplates templates = ChatTemplates.find(folder);
    template =
        ChatTemplate.parse(templates.choose(Optional.empty(), false), templates.specialTokens());
    for (int turn = 0; turn < TURNS; turn++) {
      Role role = turn % 2 == 0 ? Role.USER : Role.ASSISTANT;
      String text = "I would like to book a table for two, please. ".repeat(4) + turn;
      messages.add(new Message(turn, role, text, Optional.empty(), Optional.empty()));
    }
  }

  /** One prompt. */
  @Benchmark
  public Rendered render() {
    return template.render(messages, true, Map.of(), clock);
  }
}
