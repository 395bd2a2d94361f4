package io.turnmill.job;

import io.turnmill.job.testing.FakeModelLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Kills the process in which a task of Spark begins when a file of a certain path is there:
 * SIGKILL, as {@link DeadlyModelLoader} does, in a step of a run that asks no model.
 */
public final class DeadlyPlugin implements SparkPlugin {
  private static final String FOLDER = "spark.deadly.folder";
  private static final String FILE = "spark.deadly.file";

  /** The command line with a fake model, in a process of its own. */
  public static void main(String[] arguments) {
    DeadlyModelLoader.run(arguments, FakeModelLoader::new);
  }

  /**
   * Settings of Spark by which a run is killed.
   *
   * @param folder in which files are looked for
   * @param file a regular expression of the path below it
   */
  static List<String> settings(Path folder, String file) {
    return Stream.of(
            "spark.plugins=" + DeadlyPlugin.class.getName(),
            FOLDER + "=" + folder,
            FILE + "=" + file)
        .flatMap(setting -> Stream.of("--set", setting))
        .toList();
  }

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Killer();
  }

  private static final class Killer implements ExecutorPlugin {
    private Path folder;
    private Pattern file;

    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      folder = Path.of(context.conf().get(FOLDER));
      file = Pattern.compile(context.conf().get(FILE));
    }

    @Override
    public void onTaskStart() {
      if (isThere()) {
        DeadlyModelLoader.kill();
      }
    }

    private boolean isThere() {
      if (!Files.exists(folder)) {
        return false;
      }
      try (Stream<Path> all = Files.walk(folder)) {
        return all.anyMatch(path -> file.matcher(folder.relativize(path).toString()).matches());
      } catch (IOException | UncheckedIOException e) {
        return false; // a file went away meanwhile: the next task looks again
      }
    }
  }
}
