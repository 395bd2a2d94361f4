package io.turnmill.job.read;

import java.util.ArrayList;
import java.util.List;

/** Cuts files into splits, and puts splits together to tasks of about equal size. */
final class Splits {
  /** No task should read more bytes, if files can be cut. */
  static final long MAX_BYTES = 64L << 20;

  /**
   * The cost of opening a file, as bytes that could be read instead; smaller splits are not made.
   */
  static final long OPEN_BYTES = 4L << 20;

  private Splits() {}

  /** How many bytes a task should read, so that every core has a task. */
  static long targetBytes(List<InputFile> files, int cores) {
    long total = files.stream().mapToLong(file -> file.length() + OPEN_BYTES).sum();
    return Math.min(MAX_BYTES, Math.max(OPEN_BYTES, total / Math.max(1, cores)));
  }

  /** The splits of each task, in the order of the files. */
  static List<List<Split>> tasks(List<InputFile> files, long targetBytes) {
    List<List<Split>> tasks = new ArrayList<>();
    List<Split> task = new ArrayList<>();
    long bytes = 0;
    for (InputFile file : files) {
      for (Split split : cut(file, targetBytes)) {
        long cost = split.length() + OPEN_BYTES;
        if (!task.isEmpty() && bytes + cost > targetBytes) {
          tasks.add(task);
          task = new ArrayList<>();
          bytes = 0;
        }
        task.add(split);
        bytes += cost;
      }
    }
    if (!task.isEmpty()) {
      tasks.add(task);
    }
    return tasks;
  }

  static List<Split> cut(InputFile file, long targetBytes) {
    // a small rest is not worth a split of its own
    long step =
        file.canBeSplit() && file.length() > targetBytes + targetBytes / 10
            ? targetBytes
            : Math.max(1, file.length());
    List<Split> splits = new ArrayList<>();
    for (long start = 0; start < Math.max(1, file.length()); start += step) {
      splits.add(file.piece(start, Math.min(step, file.length() - start)));
    }
    return splits;
  }
}
