package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestSampling;
import io.turnmill.torch.OpenTensors;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * An hour's work and more in short: tens of thousands of sessions of the samples' prompts, greedy
 * and sampled, of one to three turns, through one engine with the sample model, from eight tasks
 * that are killed at random moments and started again with what had not come out. Every session
 * comes out exactly once; what is allocated and what is resident come to a level and stay there.
 *
 * <pre>
 * submit/local.sh bench soak --sessions 20000
 * </pre>
 *
 * Exits with 1 when a session is missing or came twice, when tensors are left, when {@code malloc}
 * has given out more at the end than {@value #GROWTH} times what it had after a fifth of the work,
 * or when resident memory is over {@value #GROWTH} times that of three fifths. Between the two lies
 * the slack of {@code malloc}: of the temporaries of the passes it keeps what {@code
 * MALLOC_MMAP_THRESHOLD_} says, in each of its arenas, and needs some ten thousand sessions until
 * every arena has had its largest.
 */
@Command(
    name = "bench soak",
    description = {
      "Many sessions through one engine with the sample model, from tasks that are killed and started"
          + " again: what is resident, what is allocated.",
      "Ends with 1 when a session is missing or came twice, or when anything leaks. On Linux with"
          + " glibc."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class SoakBench implements Callable<Integer> {
  private static final int TASKS = 8;
  private static final int WINDOW = 16;
  private static final int MOST_TURNS = 3;
  private static final int LONGEST_REPLY = 12;

  /** Positions of a slot. */
  private static final int LONGEST = 512;

  private static final double GROWTH = 1.05;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Sessions of one to three turns (${DEFAULT-VALUE}).")
  private int sessions;

  private List<List<Turn>> prompts;
  private final AtomicInteger out = new AtomicInteger();
  private final AtomicInteger kills = new AtomicInteger();

  public static void main(String[] args) {
    Bench.main(new SoakBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    prompts =
        Workload.of("turns", Integer.MAX_VALUE).sessions().stream()
            .map(turns -> turns.subList(0, MOST_TURNS))
            .filter(turns -> turns.get(MOST_TURNS - 1).prompt().size() + LONGEST_REPLY <= LONGEST)
            .toList();
    TorchForwardPass pass =
        TorchForwardPass.load(
            ModelFolder.open(Path.of("samples/models/chat-mini")), TorchOptions.DEFAULTS);
    ExecutorService threads = Executors.newFixedThreadPool(TASKS);
    Table.head(
        "sessions out",
        "tasks killed",
        "resident",
        "allocated",
        "slack of malloc",
        "open tensors",
        "slots in use");
    boolean flat;
    int missing = 0;
    try (Backend engine =
        DecoderEngine.start(pass, new EngineConfig(64, 1024, LONGEST), ModelIdentity.NONE)) {
      List<Future<BitSet>> tasks = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        int task = i;
        tasks.add(threads.submit(() -> runTask(engine, task)));
      }
      flat = watch(engine, tasks);
      for (Future<BitSet> task : tasks) {
        missing += sessions / TASKS - task.get().cardinality();
      }
      Metrics stats = engine.metrics();
      System.out.printf(
          Locale.ROOT,
          "%n%,d tokens in, %,d out, %,d cached, %,d replies taken out by kills; missing: %d%n",
          stats.prefilledTokens(),
          stats.get(Metric.GENERATED_TOKENS),
          stats.get(Metric.CACHED_TOKENS),
          stats.get(Metric.WITHDRAWN),
          missing);
    } finally {
      threads.shutdownNow();
    }
    int left = OpenTensors.count();
    System.out.printf("tensors left when the engine is closed: %d%n", left);
    return flat && missing == 0 && left == 0 ? 0 : 1;
  }

  /** Prints a line for each twentieth of the work. */
  private boolean watch(Backend engine, List<Future<BitSet>> tasks) throws Exception {
    NativeMemory fifth = null;
    NativeMemory late = null;
    int lines = 0;
    while (!tasks.stream().allMatch(Future::isDone)) {
      if (out.get() >= (lines + 1) * (sessions / 20)) {
        NativeMemory memory = NativeMemory.now();
        lines++;
        fifth = lines == 4 ? memory : fifth;
        late = lines == 12 ? memory : late;
        Table.row(
            Table.count(out.get()),
            String.valueOf(kills.get()),
            memory.toString(),
            String.valueOf(OpenTensors.count()),
            String.valueOf(engine.metrics().get(Metric.SLOTS_IN_USE)));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    NativeMemory end = NativeMemory.now();
    double allocated = (double) end.allocated() / fifth.allocated();
    double resident = (double) end.resident() / late.resident();
    System.out.printf(
        Locale.ROOT,
        "%nallocated since a fifth of the work: × %.3f; resident since three fifths: × %.3f%n",
        allocated,
        resident);
    return allocated <= GROWTH && resident <= GROWTH;
  }

  /** Lives of a task, one after the other, until all its sessions have come out. */
  private BitSet runTask(Backend engine, int task) throws Exception {
    Random random = new Random(task);
    BitSet done = new BitSet();
    int own = sessions / TASKS;
    while (done.cardinality() < own) {
      int life = 1 + random.nextInt(400);
      List<Integer> left =
          IntStream.range(0, own).filter(session -> !done.get(session)).boxed().toList();
      Tasks.run(
          engine,
          WINDOW,
          left.stream().map(session -> chat(task, session)).iterator(),
          life,
          chat -> {
            if (done.get(chat.session)) {
              throw new IllegalStateException("session " + chat.session + " came out twice");
            }
            done.set(chat.session);
            out.incrementAndGet();
          });
      if (done.cardinality() < own) {
        kills.incrementAndGet();
      }
    }
    return done;
  }

  private Chat chat(int task, int session) {
    Random random = new Random(31L * session + task);
    List<Turn> turns = prompts.get(random.nextInt(prompts.size()));
    return new Chat(
        session, turns.subList(0, 1 + random.nextInt(MOST_TURNS)), random.nextBoolean() ? 0 : 0.8);
  }

  /** The first turns of a session, under its number. */
  private static final class Chat extends SessionReplay {
    private final int session;

    Chat(int session, List<Turn> turns, double temperature) {
      super(turns, turn -> request(turn, session, temperature));
      this.session = session;
    }

    private static Generate request(Turn turn, int session, double temperature) {
      int tokens = Math.min(LONGEST_REPLY, turn.replyTokens());
      SamplingParams sampling = TestSampling.sampled(tokens, temperature);
      return new Generate(turn.prompt(), sampling, session, () -> StopCheck.NEVER);
    }
  }
}
