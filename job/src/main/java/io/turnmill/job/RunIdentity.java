package io.turnmill.job;

import io.turnmill.job.config.JobConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What makes two runs the same run: settings that matter, the input's files and the model. */
final class RunIdentity {
  private RunIdentity() {}

  /**
   * @param template what stands in the settings' template file, or nothing
   * @param listing the input's files: address, size and time of change of each
   * @param fingerprint of the model
   */
  static String of(JobConfig config, String template, List<String> listing, String fingerprint) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          new String[] {config.identity(), template, String.join("\n", listing), fingerprint}) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256. This is a bug.", e);
    }
  }
}
