package io.turnmill.job.export;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.task.TaskOptions.VectorType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Writes the vectors of the task {@code embed} as an Arrow file, whose size the first one says. */
final class VectorRows implements Exporter {
  private static final String EMBEDDINGS = "embeddings";
  private static final String VECTOR = "vector";

  private final OutputStream out;

  /** What the run's settings say; floats may have been rounded to half precision. */
  private final Optional<VectorType> ofRun;

  private VectorType type = VectorType.FLOAT32;
  private Optional<ArrowVectorFile> file = Optional.empty();

  /**
   * @param ofRun how the run stored its numbers, if that is known
   */
  VectorRows(OutputStream out, Optional<VectorType> ofRun) {
    this.out = out;
    this.ofRun = ofRun;
  }

  @Override
  public Set<String> columns() {
    return Set.of(ParquetRows.SESSION_ID, "tenant", "status", EMBEDDINGS, "turn", VECTOR, "scale");
  }

  @Override
  public void check(MessageType schema, Path file) {
    String[] list = {VECTOR, "list", "element"};
    String[] nested = {EMBEDDINGS, "list", "element", VECTOR, "list", "element"};
    boolean byTurn = schema.containsPath(list);
    if (!byTurn && !schema.containsPath(nested)) {
      throw new SetupException(
          file + " does not hold vectors: only results of task.kind = embed become an Arrow file.");
    }
    PrimitiveTypeName stored =
        schema.getType(byTurn ? list : nested).asPrimitiveType().getPrimitiveTypeName();
    type =
        stored == PrimitiveTypeName.INT32
            ? VectorType.INT8
            : ofRun.filter(of -> of == VectorType.FLOAT16).orElse(VectorType.FLOAT32);
  }

  @Override
  public int write(Group row) throws IOException {
    if (GroupValues.has(row, VECTOR)) {
      add(row, row);
      return 1;
    }
    List<Group> embeddings = GroupValues.structs(row, EMBEDDINGS);
    for (Group embedding : embeddings) {
      add(row, embedding);
    }
    return embeddings.size();
  }

  private void add(Group row, Group embedding) throws IOException {
    Group vector = embedding.getGroup(VECTOR, 0);
    int size = vector.getFieldRepetitionCount(0);
    if (file.isEmpty()) {
      file = Optional.of(ArrowVectorFile.begin(out, type, size));
    }
    ArrowVectorFile into = file.get();
    if (into.type() != type || into.size() != size) {
      throw new SetupException(
          "The results hold vectors of %s %s numbers and of %s %s: export each run by itself."
              .formatted(into.size(), into.type().wireName(), size, type.wireName()));
    }
    String session = GroupValues.text(row, ParquetRows.SESSION_ID).orElse("");
    into.begin(session, GroupValues.text(row, "tenant"), turn(embedding));
    for (int i = 0; i < size; i++) {
      Group element = vector.getGroup(0, i);
      into.set(i, type == VectorType.INT8 ? element.getInteger(0, 0) : element.getFloat(0, 0));
    }
    into.end(type == VectorType.INT8 ? embedding.getFloat("scale", 0) : 1);
  }

  private static Optional<Integer> turn(Group embedding) {
    return GroupValues.text(embedding, "turn").map(Integer::valueOf);
  }

  @Override
  public void end() throws IOException {
    if (file.isEmpty()) {
      throw new SetupException(
          "There is no vector in the results, so the size of vectors is not known.");
    }
    file.get().finish();
  }

  @Override
  public void close() {
    file.ifPresent(ArrowVectorFile::close);
  }

  @Override
  public String counted(long entries) {
    return HumanFormat.count(entries, "vector", "vectors")
        + file.map(of -> " of " + HumanFormat.count(of.size(), "number", "numbers")).orElse("");
  }
}
