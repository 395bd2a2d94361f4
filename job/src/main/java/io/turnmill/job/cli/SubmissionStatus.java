package io.turnmill.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.spark.Spark;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file in which a job that a cluster manager runs leaves its exit code, for the script that
 * submitted it: spark-submit does not pass it on. {@code {"exit_code": 0, "ended_at": "…"}}.
 */
public final class SubmissionStatus {
  /** Where to leave it; the scripts in submit/ set it in cluster mode. */
  public static final String SETTING = "spark.turnmill.statusFile";

  private static final ObjectMapper JSON = new ObjectMapper();

  private SubmissionStatus() {}

  /**
   * Leaves an exit code, over one of an earlier attempt.
   *
   * @param file on any Hadoop file system
   */
  public static void leave(String file, ExitCode code, Instant endedAt) throws IOException {
    ObjectNode status = JSON.createObjectNode();
    status.put("exit_code", code.status());
    status.put("ended_at", endedAt.toString());
    Path path = FileSystems.path(file);
    try (FileSystem files = FileSystems.open(path, hadoop());
        OutputStream out = files.create(path, true)) {
      out.write(JSON.writeValueAsBytes(status));
    }
  }

  /**
   * Takes an exit code away.
   *
   * @return empty when there is none, or only a part of one
   */
  static Optional<ExitCode> take(String file) throws IOException {
    Path path = FileSystems.path(file);
    try (FileSystem files = FileSystems.open(path, hadoop())) {
      Optional<ExitCode> code;
      try (InputStream in = files.open(path)) {
        code = read(in.readAllBytes());
      } catch (FileNotFoundException e) {
        return Optional.empty();
      }
      files.delete(path, false);
      return code;
    }
  }

  /** A driver that was killed while it wrote leaves something that is not JSON. */
  private static Optional<ExitCode> read(byte[] content) throws IOException {
    try {
      JsonNode code = JSON.readTree(content).path("exit_code");
      return code.isInt() ? ExitCode.of(code.asInt()) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Configuration hadoop() {
    return Spark.hadoop(Map.of());
  }
}
