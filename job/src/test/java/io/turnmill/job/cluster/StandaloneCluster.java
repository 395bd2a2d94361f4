package io.turnmill.job.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real standalone cluster on the loopback: one master, two workers with two cores and two
 * pretended GPUs each.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final int SECONDS = 90;
  private static final Pattern MASTER =
      Pattern.compile("Starting Spark master at (spark://127\\.0\\.0\\.1:\\d+)");
  private static final Pattern REGISTERED =
      Pattern.compile("(Successfully registered with master)");

  private final SparkHome home;
  private final Path folder;
  private final Map<String, String> environment;
  private final Watched master;
  private final String url;
  private final List<Watched> workers = new ArrayList<>();
  private final List<ProcessHandle> orphans = new ArrayList<>();
  private int started;

  private StandaloneCluster(SparkHome home, Path folder, Map<String, String> more)
      throws IOException, InterruptedException, TimeoutException {
    this.home = home;
    this.folder = folder;
    this.environment = new HashMap<>(home.environment());
    environment.putAll(more);
    this.master =
        Watched.start(
            home.daemon("org.apache.spark.deploy.master.Master", local("0")),
            environment,
            folder.resolve("master.log"));
    try {
      this.url = master.await(MASTER, SECONDS);
    } catch (TimeoutException | InterruptedException e) {
      master.close();
      throw e;
    }
  }

  /**
   * Starts it in a folder of its own.
   *
   * @param more environment of workers, and so of executors and of drivers in cluster mode
   */
  static StandaloneCluster start(Path folder, Map<String, String> more) throws Exception {
    Files.createDirectories(folder);
    StandaloneCluster cluster = new StandaloneCluster(SparkHome.make(), folder, more);
    try {
      cluster.writeWorkerSettings();
      cluster.addWorker();
      cluster.addWorker();
      for (Watched worker : cluster.workers) {
        worker.await(REGISTERED, SECONDS);
      }
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private static String[] local(String port) {
    return new String[] {"--host", "127.0.0.1", "--port", port, "--webui-port", "0"};
  }

  /** The discovery script lists GPUs that are not there. */
  private void writeWorkerSettings() throws IOException {
    Path script = folder.resolve("gpus.sh");
    SparkHome.executable(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    Files.writeString(
        folder.resolve("worker.properties"),
        "spark.worker.resource.gpu.amount=2\nspark.worker.resource.gpu.discoveryScript="
            + script
            + "\n");
  }

  /** Starts one more worker. */
  Watched addWorker() throws IOException {
    String name = "worker-" + started++;
    String[] options = {
      "--cores",
      "2",
      "--memory",
      "2g",
      "--work-dir",
      folder.resolve(name).toString(),
      "--properties-file",
      folder.resolve("worker.properties").toString(),
      url
    };
    String[] all = Stream.of(local("0"), options).flatMap(Stream::of).toArray(String[]::new);
    Watched worker =
        Watched.start(
            home.daemon("org.apache.spark.deploy.worker.Worker", all),
            environment,
            folder.resolve(name + ".log"));
    workers.add(worker);
    return worker;
  }

  /**
   * Starts {@code submit/standalone.sh} for this cluster, with small processes.
   *
   * @param name of the log
   * @param arguments further options, the job's command and its options
   */
  Watched submit(String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SparkHome.ROOT.resolve("submit/standalone.sh").toString());
    command.addAll(List.of("--master", url, "--pytorch", SparkHome.pytorch().toString()));
    command.addAll(List.of("--driver-memory", "512m", "--executor-memory", "512m"));
    command.addAll(List.of("--conf", "spark.executor.extraJavaOptions=" + SparkHome.SMALL));
    command.addAll(List.of("--conf", "spark.driver.extraJavaOptions=" + SparkHome.SMALL));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(arguments);
    return Watched.start(command, environment, folder.resolve(name + ".log"));
  }

  /** Everything that executors and drivers in cluster mode have written until now. */
  String workLogs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("std")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  /** The executors that run now. */
  List<ProcessHandle> executors() {
    return processes("CoarseGrainedExecutorBackend");
  }

  /** The drivers that run now on a worker. */
  List<ProcessHandle> drivers() {
    return processes("DriverWrapper");
  }

  private List<ProcessHandle> processes(String mainClass) {
    return Stream.concat(
            workers.stream().flatMap(worker -> worker.handle().descendants()),
            orphans.stream().filter(ProcessHandle::isAlive))
        .filter(p -> p.info().commandLine().orElse("").contains(mainClass))
        .toList();
  }

  /** Kills a worker, and nothing but it, and starts another one. */
  void replaceWorker(int index) throws IOException {
    // What it has started ends by itself; should it not, it is still known at the end.
    orphans.addAll(workers.get(index).handle().descendants().toList());
    workers.remove(index).handle().destroyForcibly();
    addWorker();
  }

  @Override
  public void close() {
    workers.forEach(Watched::close);
    master.close();
    orphans.forEach(ProcessHandle::destroyForcibly);
  }
}
