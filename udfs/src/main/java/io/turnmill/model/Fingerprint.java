package io.turnmill.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * SHA-256 over what tells one model from another without reading all of its weights: the
 * configuration, tokenizer and template files, and of each safetensors file the header, the size
 * and {@value #SAMPLES} pieces of {@value #SAMPLE_BYTES} bytes spread evenly over it, which two
 * states of one training do not have in common. Each part goes in as name, length, bytes.
 */
final class Fingerprint {
  private static final List<String> WHOLE_FILES =
      List.of(
          "config.json",
          GenerationConfig.FILE,
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          "chat_template.json",
          "modules.json",
          "config_sentence_transformers.json");

  private static final String MORE_TEMPLATES = "additional_chat_templates";
  static final int SAMPLES = 64;
  static final int SAMPLE_BYTES = 4096;

  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256. This is a bug.", e);
    }
  }

  static String of(
      Path folder, ModelSpec spec, List<Safetensors> weights, Optional<LoraAdapter> adapter) {
    Fingerprint fingerprint = new Fingerprint();
    for (String name : WHOLE_FILES) {
      fingerprint.add(folder.resolve(name));
    }
    SentenceModules.SETTINGS.forEach(name -> fingerprint.add(folder.resolve(name)));
    fingerprint.addTemplates(folder.resolve(MORE_TEMPLATES));
    fingerprint.addModules(folder);
    if (spec instanceof ScriptedSpec scripted) {
      fingerprint.add(folder.resolve("serving.properties"));
      fingerprint.add(scripted.file());
    }
    weights.forEach(fingerprint::add);
    adapter.ifPresent(
        lora -> {
          fingerprint.add(lora.configFile());
          fingerprint.add(lora.file());
        });
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(Safetensors file) {
    label(String.valueOf(file.file().getFileName()), file.sizeBytes());
    digest.update(file.header());
    sample(file.file(), file.sizeBytes());
  }

  /** Settings of sentence-transformers' modules, such as {@code 1_Pooling/config.json}. */
  private void addModules(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      children
          .filter(child -> FolderFiles.isModule(String.valueOf(child.getFileName())))
          .sorted()
          .forEach(child -> add(child.resolve("config.json")));
    } catch (IOException e) {
      throw Json.unreadable(folder, e);
    }
  }

  private void addTemplates(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(".jinja"))
          .sorted()
          .forEach(this::add);
    } catch (IOException e) {
      throw Json.unreadable(folder, e);
    }
  }

  private void sample(Path file, long size) {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer piece = ByteBuffer.allocate(SAMPLE_BYTES);
      for (long place : samplePlaces(size)) {
        piece.clear();
        channel.read(piece, place);
        digest.update(piece.flip());
      }
    } catch (IOException e) {
      throw Json.unreadable(file, e);
    }
  }

  /**
   * Where the sampled pieces of a file of weights begin. Each has {@value #SAMPLE_BYTES} bytes, or
   * those that the file has.
   */
  static long[] samplePlaces(long sizeBytes) {
    long step = Math.max(0, sizeBytes - SAMPLE_BYTES) / SAMPLES;
    return LongStream.rangeClosed(1, SAMPLES).map(i -> step * i).toArray();
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
