package io.turnmill.job.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.task.TaskOptions.VectorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.Test;

class ArrowVectorFileTest {
  private static final int ROWS = 20_000;

  @Test
  void manyRowsAreSeveralBatchesAndEachIsReadByItself() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowVectorFile file = ArrowVectorFile.begin(bytes, VectorType.FLOAT32, 2)) {
      for (int row = 0; row < ROWS; row++) {
        Optional<String> tenant = row % 3 == 0 ? Optional.of("t" + row) : Optional.empty();
        file.begin("s" + row, tenant, row % 5 == 0 ? Optional.empty() : Optional.of(row));
        file.set(0, row);
        file.set(1, -row);
        file.end(1);
      }
      file.finish();
    }
    try (BufferAllocator memory = new RootAllocator();
        ArrowFileReader reader =
            new ArrowFileReader(
                new ByteArrayReadableSeekableByteChannel(bytes.toByteArray()), memory)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(reader.getRecordBlocks()).hasSize(3);
      int row = 0;
      while (reader.loadNextBatch()) {
        FixedSizeListVector vectors = (FixedSizeListVector) root.getVector("vector");
        for (int i = 0; i < root.getRowCount(); i++, row++) {
          assertThat(root.getVector("session_id").getObject(i)).hasToString("s" + row);
          assertThat(String.valueOf(root.getVector("tenant").getObject(i)))
              .isEqualTo(row % 3 == 0 ? "t" + row : "null");
          assertThat(root.getVector("turn").getObject(i)).isEqualTo(row % 5 == 0 ? null : row);
          assertThat(vectors.getObject(i).toString())
              .isEqualTo("[" + (float) row + "," + (float) -row + "]");
        }
      }
      assertThat(row).isEqualTo(ROWS);
    }
  }

  @Test
  void aFileWithoutRowsIsAFile() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowVectorFile file = ArrowVectorFile.begin(bytes, VectorType.INT8, 3)) {
      file.finish();
    }
    try (BufferAllocator memory = new RootAllocator();
        ArrowFileReader reader =
            new ArrowFileReader(
                new ByteArrayReadableSeekableByteChannel(bytes.toByteArray()), memory)) {
      assertThat(reader.getRecordBlocks()).isEmpty();
      assertThat(reader.getVectorSchemaRoot().getSchema().findField("scale").isNullable())
          .isFalse();
    }
  }
}
