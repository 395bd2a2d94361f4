package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code generation_config.json} of a model folder recommends for sampling. Values are JSON
 * text, as they stand in the file; nothing is checked here.
 *
 * @param recommended the keys that can be used, which are those that vLLM takes from the file, and
 *     {@code do_sample}; in a fixed order
 * @param unsupported what else the file sets that would change replies: each key with its value, in
 *     alphabetical order
 */
public record GenerationConfig(Map<String, String> recommended, List<String> unsupported) {
  public static final String FILE = "generation_config.json";

  private static final List<String> USABLE =
      List.of(
          "do_sample",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "max_new_tokens");

  /** Tokens are read elsewhere; the others say who wrote the file, or what a call returns. */
  private static final Set<String> NO_SAMPLING =
      Set.of(
          "_from_model_config",
          "bos_token_id",
          "cache_implementation",
          "decoder_start_token_id",
          "eos_token_id",
          "output_attentions",
          "output_hidden_states",
          "output_logits",
          "output_scores",
          "pad_token_id",
          "return_dict_in_generate",
          "transformers_version",
          "use_cache");

  /** Values that change nothing: the defaults of {@code transformers.GenerationConfig}. */
  private static final Map<String, Double> NEUTRAL =
      Map.ofEntries(
          Map.entry("diversity_penalty", 0.0),
          Map.entry("encoder_no_repeat_ngram_size", 0.0),
          Map.entry("encoder_repetition_penalty", 1.0),
          Map.entry("epsilon_cutoff", 0.0),
          Map.entry("eta_cutoff", 0.0),
          Map.entry("guidance_scale", 1.0),
          Map.entry("length_penalty", 1.0),
          Map.entry("max_length", 20.0),
          Map.entry("min_length", 0.0),
          Map.entry("no_repeat_ngram_size", 0.0),
          Map.entry("num_beam_groups", 1.0),
          Map.entry("num_beams", 1.0),
          Map.entry("num_return_sequences", 1.0),
          Map.entry("typical_p", 1.0));

  private static final int NAMED = 20;

  /**
   * Reads the file; a folder without one recommends nothing.
   *
   * @throws ModelException when it is not a JSON object
   */
  public static GenerationConfig read(Path folder) {
    Path file = folder.resolve(FILE);
    JsonNode settings = Files.exists(file) ? Json.readObject(file) : Json.emptyObject();
    Map<String, String> recommended = new LinkedHashMap<>();
    for (String key : USABLE) {
      if (settings.hasNonNull(key)) {
        recommended.put(key, Fields.shown(settings.get(key)));
      }
    }
    Map<String, String> others = new TreeMap<>();
    for (Map.Entry<String, JsonNode> setting : settings.properties()) {
      if (!USABLE.contains(setting.getKey()) && changesReplies(setting)) {
        others.put(Fields.shown(Json.text(setting.getKey())), Fields.shown(setting.getValue()));
      }
    }
    List<String> unsupported = new ArrayList<>();
    others.forEach((key, value) -> unsupported.add(unquoted(key) + " " + value));
    return new GenerationConfig(recommended, unsupported);
  }

  private static boolean changesReplies(Map.Entry<String, JsonNode> setting) {
    JsonNode value = setting.getValue();
    Double neutral = NEUTRAL.get(setting.getKey());
    boolean nothing =
        value.isNull()
            || (value.isBoolean() && !value.booleanValue())
            || (value.isContainerNode() && value.isEmpty())
            || (neutral != null && value.isNumber() && value.doubleValue() == neutral);
    return !nothing && !NO_SAMPLING.contains(setting.getKey());
  }

  private static String unquoted(String json) {
    return json.substring(1).replaceFirst("\"$", "");
  }

  /** One sentence without its end: what is recommended, and what of it cannot be used. */
  public String described() {
    String values =
        recommended.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    String rest =
        unsupported.stream().limit(NAMED).collect(Collectors.joining(", "))
            + (unsupported.size() > NAMED ? " and " + (unsupported.size() - NAMED) + " more" : "");
    return FILE
        + " recommends "
        + (values.isEmpty() ? "nothing that can be used" : values)
        + (rest.isEmpty() ? "" : "; not supported and not used: " + rest);
  }
}
