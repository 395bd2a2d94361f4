package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The template cases of llama.cpp, with the text that project expects. */
@SharedData.Needed
class LlamaCppCasesTest {
  /**
   * That project puts the system message into the first user message where a template knows no
   * system role, and renders one template by hand, because it needs variables of its own. For these
   * jinja2 expects something else, and so do we.
   */
  private static final int REWRITTEN = 7;

  @Test
  void allCasesAreAsJinja2HasThemAndAllButTheRewrittenOnesAsThatProjectHasThem()
      throws IOException {
    List<Map<String, Object>> cases =
        new ObjectMapper()
            .readValue(
                Goldens.PUBLISHED.path("llama_cpp/cases.json").toFile(), new TypeReference<>() {});
    List<Object> rewritten = new ArrayList<>();
    for (Map<String, Object> one : cases) {
      Map.Entry<String, String> ours = render(one);
      Map<String, Object> reference = Goldens.map(one.get("reference"));
      assertThat(reference).as("%s", one.get("name")).containsKey(ours.getKey());
      if (!ours.getKey().equals("error")) {
        assertThat(ours.getValue().equals(reference.get(ours.getKey()))).isTrue();
      }
      if (!ours.getValue().equals(one.get("expected"))) {
        rewritten.add(one.get("name"));
      }
    }
    assertThat(cases).hasSize(33);
    assertThat(rewritten).hasSize(REWRITTEN);
  }

  private static Map.Entry<String, String> render(Map<String, Object> one) {
    String file = (String) one.get("template_file");
    String source =
        Goldens.PUBLISHED.text("llama_cpp/" + file.substring(file.lastIndexOf('/') + 1));
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
