package io.turnmill.job.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The topics that were found, before they have names.
 *
 * @param clusters the largest first
 * @param items how many items have a vector
 */
public record FoundTopics(List<Cluster> clusters, long items) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "clusters.json";
  private static final String MEMBERS = "members";

  public FoundTopics {
    clusters = List.copyOf(clusters);
  }

  /** How many items belong to a topic. */
  public long covered() {
    return clusters.stream().mapToLong(Cluster::size).sum();
  }

  /** The share of the items that belong to a topic; 0 without items. */
  public double coverage() {
    return items == 0 ? 0 : (double) covered() / items;
  }

  /** The folder in which the topic of each item is kept beside the topics. */
  static Path members(String folder) {
    return new Path(folder, MEMBERS);
  }

  /** Writes them beside what is staged of them. */
  void write(Path folder, Configuration hadoop) throws IOException {
    Path file = new Path(folder, FILE);
    try (OutputStream out = file.getFileSystem(hadoop).create(file, true)) {
      JSON.writeValue(out, this);
    }
  }

  /**
   * Reads what was written.
   *
   * @param folder of what is staged of them
   */
  public static FoundTopics read(String folder, Configuration hadoop) throws IOException {
    Path file = new Path(folder, FILE);
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return JSON.readValue(in, FoundTopics.class);
    }
  }
}
