package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The template cases of llama.cpp, with the text that project expects. */
class LlamaCppCasesTest {
  /**
   * That project puts the system message into the first user message where a template knows no
   * system role; GigaChat's template it renders by hand, because it needs variables of its own.
   * Ours is what jinja2 makes of the messages as they are.
   */
  private static final List<String> REWRITTEN =
      List.of(
          "mistralai/Mistral-7B-Instruct-v0.2 (NOTE: Old pre-v1 without a system prompt)",
          "google/gemma-7b-it",
          "OrionStarAI/Orion-14B-Chat",
          "Phi-3-mini",
          "Phi-3-medium",
          "ai-sage/GigaChat-20B-A3B-instruct",
          "yandex/YandexGPT-5-Lite-8B-instruct");

  @Test
  void allCasesButTheRewrittenOnesAreEqual() throws IOException {
    List<Map<String, Object>> cases =
        new ObjectMapper()
            .readValue(Goldens.path("llama_cpp/cases.json").toFile(), new TypeReference<>() {});
    int equal = 0;
    for (Map<String, Object> one : cases) {
      Map.Entry<String, String> ours = render(one);
      boolean expected = ours.getValue().equals(one.get("expected"));
      assertThat(expected)
          .as("%s", one.get("name"))
          .isNotEqualTo(REWRITTEN.contains(one.get("name")));
      equal += expected ? 1 : 0;
      Map<String, Object> reference = Goldens.map(one.get("reference"));
      assertThat(reference).as("%s", one.get("name")).containsKey(ours.getKey());
      if (!ours.getKey().equals("error")) {
        assertThat(ours.getValue().equals(reference.get(ours.getKey()))).isTrue();
      }
    }
    System.out.println(
        "llama.cpp: "
            + equal
            + " of "
            + cases.size()
            + " cases equal, the others as jinja2 has them");
  }

  private static Map.Entry<String, String> render(Map<String, Object> one) {
    String file = (String) one.get("template_file");
    String source = Goldens.text("llama_cpp/" + file.substring(file.lastIndexOf('/') + 1));
    Map<String, Object> tokens =
        Map.of("bos_token", one.get("bos_token"), "eos_token", one.get("eos_token"));
    boolean prompt = Boolean.TRUE.equals(one.get("add_generation_prompt"));
    try {
      return Map.entry(
          "text",
          ChatTemplate.parse(source, SpecialTokens.NONE)
              .renderJson(one.get("messages"), null, prompt, tokens, Goldens.CLOCK)
              .text());
    } catch (TemplateRefused e) {
      return Map.entry("refused", e.reason());
    } catch (TemplateException e) {
      return Map.entry("error", e.getMessage());
    }
  }
}
