package io.turnmill.job.executor;

import io.turnmill.runtime.ModelRuntime;
import io.turnmill.task.ask.AskTask;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Loads the models that answer questions about documents together. The model that writes is loaded
 * last, because it takes of the memory that the others leave.
 *
 * @param writer loads the model that writes the answers
 * @param others load the encoder and the reranker, as far as there are any, by the names of {@link
 *     AskTask}
 */
public record AskLoader(ModelLoader writer, Map<String, ModelLoader> others)
    implements ModelLoader {
  private static final long serialVersionUID = 1L;

  public AskLoader {
    others = Map.copyOf(others);
  }

  @Override
  public String identity() {
    StringBuilder identity = new StringBuilder(writer.identity());
    new TreeMap<>(others)
        .forEach(
            (name, of) -> identity.append(" with ").append(name).append(' ').append(of.identity()));
    return identity.toString();
  }

  @Override
  public ModelRuntime load() {
    Map<String, ModelRuntime> loaded = new LinkedHashMap<>();
    boolean done = false;
    try {
      new TreeMap<>(others).forEach((name, loader) -> loaded.put(name, loader.load()));
      ModelRuntime writing = writer.load();
      loaded.put("", writing);
      ModelRuntime all =
          ModelRuntime.asking(
              writing,
              Optional.ofNullable(loaded.get(AskTask.ENCODER)),
              Optional.ofNullable(loaded.get(AskTask.RERANKER)));
      done = true;
      return all;
    } finally {
      if (!done) {
        loaded.values().forEach(ModelRuntime::close);
      }
    }
  }

  @Override
  public Duration keepAlive() {
    return writer.keepAlive();
  }
}
