package io.turnmill.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over what tells one model from another without reading its weights: the configuration and
 * tokenizer files, and the headers and sizes of the safetensors files. Each part goes in as name,
 * length, bytes.
 */
final class Fingerprint {
  private static final List<String> WHOLE_FILES =
      List.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json");

  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256. This is a bug.", e);
    }
  }

  static String of(Path folder, List<Safetensors> weights) {
    Fingerprint fingerprint = new Fingerprint();
    for (String name : WHOLE_FILES) {
      fingerprint.add(folder.resolve(name));
    }
    for (Safetensors file : weights) {
      fingerprint.label(String.valueOf(file.file().getFileName()), file.sizeBytes());
      fingerprint.digest.update(file.header());
    }
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      label(String.valueOf(file.getFileName()), Files.size(file));
      byte[] buffer = new byte[1 << 16];
      for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw Json.unreadable(file, e);
    }
  }

  private void label(String name, long length) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
    digest.update(ByteBuffer.allocate(8).putLong(length).flip());
  }
}
