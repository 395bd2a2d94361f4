package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Equal to jinja2 as transformers sets it up: whole templates, conversations of every kind. */
class ChatTemplateGoldenTest {
  private record Conversation(SpecialTokens tokens, Map<String, Object> variables) {}

  @Test
  void everyTemplateOfOursRendersEveryConversationAsTheReferenceDoes() {
    assertEqual(Goldens.OWN, 1_200);
  }

  @Test
  @SharedData.Needed
  void everyPublishedTemplateRendersEveryConversationAsTheReferenceDoes() {
    assertEqual(Goldens.PUBLISHED, 2_500);
  }

  private static void assertEqual(Goldens folder, int least) {
    Map<String, Conversation> conversations = conversations(folder);
    Map<String, String> differing = new TreeMap<>();
    List<Map<String, Object>> goldens = folder.lines("renderings.jsonl.gz");
    Map<Object, String> sources = new HashMap<>();
    for (Map<String, Object> golden : goldens) {
      String source =
          sources.computeIfAbsent(golden.get("template"), name -> folder.template((String) name));
      Map<String, Object> ours = render(source, conversations.get((String) golden.get("case")));
      boolean equal =
          golden.containsKey("error")
              ? ours.containsKey("error")
              : ours.entrySet().stream().allMatch(e -> e.getValue().equals(golden.get(e.getKey())));
      if (!equal) {
        differing.put(
            golden.get("template") + " × " + golden.get("case"), ours.keySet().toString());
      }
    }
    assertThat(differing).isEmpty();
    assertThat(goldens).hasSizeGreaterThan(least);
  }

  private static Map<String, Conversation> conversations(Goldens folder) {
    Map<String, Conversation> conversations = new HashMap<>();
    for (Map<String, Object> line : folder.lines("conversations.jsonl.gz")) {
      Map<String, String> tokens = new HashMap<>();
      Goldens.map(line.get("tokens")).forEach((name, text) -> tokens.put(name, (String) text));
      conversations.put(
          (String) line.get("case"),
          new Conversation(new SpecialTokens(tokens), Goldens.map(line.get("variables"))));
    }
    return conversations;
  }

  private static Map<String, Object> render(String source, Conversation conversation) {
    Map<String, Object> kwargs = new HashMap<>(conversation.variables());
    Object messages = kwargs.remove("messages");
    Object tools = kwargs.remove("tools");
    boolean prompt = !Boolean.FALSE.equals(kwargs.remove("add_generation_prompt"));
    try {
      return Map.of(
          "text",
          ChatTemplate.parse(source, conversation.tokens())
              .renderJson(messages, tools, prompt, kwargs, Goldens.CLOCK)
              .text());
    } catch (TemplateRefused e) {
      return Map.of("refused", e.reason());
    } catch (TemplateException e) {
      return Map.of("error", e.getMessage());
    }
  }
}
