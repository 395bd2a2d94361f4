package io.turnmill.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.SamplingParams;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A line of {@code golden/sampling}: see its ORIGIN.md. */
public record SamplingGolden(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All lines of {@code draws} or {@code replies}. */
  public static List<SamplingGolden> all(String file) {
    Path path = Path.of("src/test/resources/golden/sampling", file + ".jsonl");
    try {
      return Files.readAllLines(path).stream().map(SamplingGolden::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SamplingGolden line(String text) {
    try {
      return new SamplingGolden(JSON.readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public TokenIds ids(String field) {
    int[] ids = new int[json.get(field).size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = json.get(field).get(i).asInt();
    }
    return TokenIds.of(ids);
  }

  public float[] scores() {
    float[] scores = new float[json.get("scores").size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) json.get("scores").get(i).asDouble();
    }
    return scores;
  }

  /** What is not named there is off. */
  public SamplingParams sampling(int maxTokens) {
    JsonNode settings = json.get("settings");
    Set<Integer> stops = new HashSet<>();
    settings.get("stop_token_ids").forEach(id -> stops.add(id.asInt()));
    Map<Integer, Double> bias = new HashMap<>();
    settings
        .get("logit_bias")
        .properties()
        .forEach(entry -> bias.put(Integer.valueOf(entry.getKey()), entry.getValue().asDouble()));
    return new SamplingParams(
        maxTokens,
        settings.get("min_tokens").asInt(),
        settings.get("temperature").asDouble(),
        settings.path("top_p").asDouble(1),
        settings.path("top_k").asInt(0),
        settings.path("min_p").asDouble(0),
        stops,
        new Penalties(
            settings.get("repetition_penalty").asDouble(),
            settings.get("presence_penalty").asDouble(),
            settings.get("frequency_penalty").asDouble()),
        bias,
        1,
        SamplingParams.NO_LOGPROBS);
  }
}
