package io.turnmill.testing;

import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A copy of a model folder, and the ways in which tests damage it. */
public final class SpoiltFolder {
  private final Path path;

  private SpoiltFolder(Path path) {
    this.path = path;
  }

  public static SpoiltFolder copyOf(Path folder, Path target) {
    try (var files = Files.list(folder)) {
      Files.createDirectories(target);
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SpoiltFolder(target);
  }

  public ModelFolder open() {
    return ModelFolder.open(path);
  }

  public Path path() {
    return path;
  }

  public StoredTensor stored(String name) {
    ModelFolder folder = open();
    return folder.weights().stream()
        .filter(weight -> weight.storedName().equals(name))
        .map(folder::stored)
        .findFirst()
        .orElseThrow();
  }

  public SpoiltFolder delete(String name) {
    return io(() -> Files.delete(path.resolve(name)));
  }

  public SpoiltFolder write(String name, String text) {
    return io(() -> Files.writeString(path.resolve(name), text));
  }

  public SpoiltFolder replace(String name, String old, String text) {
    return io(
        () -> {
          String before = Files.readString(path.resolve(name));
          if (!before.contains(old)) {
            throw new IllegalStateException(name + " does not contain " + old);
          }
          Files.writeString(path.resolve(name), before.replace(old, text));
        });
  }

  public SpoiltFolder overwrite(String name, long offset, byte[] bytes) {
    return io(
        () -> {
          try (FileChannel file = FileChannel.open(path.resolve(name), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), offset);
          }
        });
  }

  public SpoiltFolder truncate(String name, long bytes) {
    return io(
        () -> {
          try (FileChannel file = FileChannel.open(path.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(bytes);
          }
        });
  }

  /** Lengthens the header by so many spaces, which moves the data. */
  public SpoiltFolder padHeader(String name, int spaces) {
    return rewriteHeader(name, header -> header + " ".repeat(spaces));
  }

  public SpoiltFolder rewriteHeader(String name, UnaryOperator<String> change) {
    return io(
        () -> {
          byte[] all = Files.readAllBytes(path.resolve(name));
          int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
          String header = new String(all, 8, length, StandardCharsets.UTF_8);
          Files.write(
              path.resolve(name),
              file(change.apply(header), Arrays.copyOfRange(all, 8 + length, all.length)));
        });
  }

  /** A safetensors file of that header and data. */
  public static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  public List<String> names() {
    try (var files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private SpoiltFolder io(Action action) {
    try {
      action.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
