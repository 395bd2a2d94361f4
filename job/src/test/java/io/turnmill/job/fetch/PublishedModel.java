package io.turnmill.job.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * A folder of random bytes with the names of a model's files, in a store for tests.
 *
 * @param store its name
 * @param path where the store really keeps it
 */
record PublishedModel(String store, Path path) {
  static final int WEIGHTS = 300_000;
  static final int ALL = 2_000 + 70_000 + WEIGHTS;

  static PublishedModel in(Path folder, String store, long seed) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    Random random = new Random(seed);
    write(folder.resolve("config.json"), 1_500, random);
    write(folder.resolve("1_Pooling/config.json"), 500, random);
    write(folder.resolve("tokenizer.json"), 70_000, random);
    write(folder.resolve("model.safetensors"), WEIGHTS, random);
    write(folder.resolve("README.md"), 100, random);
    return new PublishedModel(store, folder);
  }

  private static void write(Path file, int bytes, Random random) throws IOException {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    Files.write(file, content);
  }

  String uri() {
    return "teststore://" + store + path;
  }

  ModelSource source() {
    return ModelSource.list(uri(), new Configuration());
  }

  StoreForTests.Faults faults() {
    return StoreForTests.faults(store);
  }

  long bytesRead() {
    return faults().bytesRead.get();
  }
}
