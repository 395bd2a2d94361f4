package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.Template;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Equal to jinja2 on what nobody would write: generated templates and mutations of what people
 * wrote.
 */
class FuzzGoldenTest {
  @Test
  void generatedTemplatesRenderAsTheReferenceDoes() {
    List<Map<String, Object>> goldens = Goldens.OWN.lines("fuzz.jsonl.gz");
    Map<String, Object> variables = Goldens.map(goldens.remove(0).get("variables"));
    List<String> differing = new ArrayList<>();
    for (Map<String, Object> golden : goldens) {
      String template = (String) golden.get("template");
      if (!equal(golden, template, variables)) {
        differing.add(template);
      }
    }
    assertThat(differing).isEmpty();
    assertThat(goldens).hasSize(10_000);
  }

  @Test
  void mutationsOfOurTemplatesRenderAsTheReferenceDoes() {
    assertMutationsEqual(Goldens.OWN);
  }

  @Test
  @SharedData.Needed
  void mutationsOfPublishedTemplatesRenderAsTheReferenceDoes() {
    assertMutationsEqual(Goldens.PUBLISHED);
  }

  private static void assertMutationsEqual(Goldens folder) {
    Map<String, Map<String, Object>> conversations = new HashMap<>();
    for (Map<String, Object> line : folder.lines("conversations.jsonl.gz")) {
      Map<String, Object> variables = new HashMap<>(Goldens.map(line.get("tokens")));
      variables.put("tools", null);
      variables.put("documents", null);
      variables.put("add_generation_prompt", true);
      variables.putAll(Goldens.map(line.get("variables")));
      conversations.put((String) line.get("case"), variables);
    }
    List<Map<String, Object>> goldens = folder.lines("mutations.jsonl.gz");
    Map<Object, String> sources = new HashMap<>();
    List<String> differing = new ArrayList<>();
    for (Map<String, Object> golden : goldens) {
      String source =
          sources.computeIfAbsent(golden.get("template"), name -> folder.template((String) name));
      for (Object edit : (List<?>) golden.get("edits")) {
        source = edited(source, (List<?>) edit);
      }
      if (!equal(golden, source, conversations.get((String) golden.get("case")))) {
        differing.add(golden.get("template") + " " + golden.get("case") + golden.get("edits"));
      }
    }
    assertThat(differing).isEmpty();
    assertThat(goldens).hasSize(2_000);
  }

  /** Places count code points, as in the generator. */
  private static String edited(String source, List<?> edit) {
    int from = source.offsetByCodePoints(0, ((Number) edit.get(0)).intValue());
    int left = source.codePointCount(from, source.length());
    int to = source.offsetByCodePoints(from, Math.min(left, ((Number) edit.get(1)).intValue()));
    return source.substring(0, from) + edit.get(2) + source.substring(to);
  }

  private static boolean equal(
      Map<String, Object> golden, String template, Map<String, Object> given) {
    Variables variables = new Variables();
    given.forEach(variables::input);
    try {
      return Template.parse(template)
          .render(variables, Goldens.CLOCK)
          .text()
          .equals(golden.get("text"));
    } catch (TemplateRefused e) {
      return e.reason().equals(golden.get("refused"));
    } catch (TemplateException e) {
      return golden.containsKey("error");
    }
  }
}
