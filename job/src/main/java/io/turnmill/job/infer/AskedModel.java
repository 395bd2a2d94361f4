package io.turnmill.job.infer;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.rows.ResultCodec;
import java.io.Serializable;

/**
 * A model as the sessions of a bucket are asked of it.
 *
 * @param loader loads it
 * @param codec the codec of the results
 */
public record AskedModel(ModelLoader loader, ResultCodec<?> codec) implements Serializable {
  private static final long serialVersionUID = 1L;
}
