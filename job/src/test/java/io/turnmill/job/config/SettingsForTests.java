package io.turnmill.job.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings from a file and the command line, with all that must be given.
 *
 * @param folder where the file goes
 */
record SettingsForTests(Path folder) {
  /** What is wrong with them. */
  List<String> problems(String text, Assignment... more) {
    try {
      load(text, more);
    } catch (SetupException e) {
      return e.problems();
    }
    throw new AssertionError("no problem found");
  }

  JobConfig load(String text, Assignment... more) {
    List<Assignment> assignments =
        new ArrayList<>(
            List.of(
                Assignment.of("model.path", "m", "--model"),
                Assignment.of("input.paths", "in", "--input"),
                Assignment.of("output.path", "out", "--output")));
    assignments.addAll(List.of(more));
    return SettingsLoader.load(Optional.of(file(text)), assignments);
  }

  Path file(String text) {
    try {
      return Files.writeString(folder.resolve("job.conf"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
