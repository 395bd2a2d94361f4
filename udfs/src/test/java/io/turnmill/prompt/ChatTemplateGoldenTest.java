package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Equal to jinja2 as transformers sets it up: real templates, conversations of every kind. */
class ChatTemplateGoldenTest {
  private record Conversation(SpecialTokens tokens, Map<String, Object> variables) {}

  @Test
  void everyTemplateRendersEveryConversationAsTheReferenceDoes() {
    Map<String, Conversation> conversations = conversations();
    Map<String, String> differing = new TreeMap<>();
    List<Map<String, Object>> goldens = Goldens.lines("renderings.jsonl.gz");
    Map<Object, String> sources = new HashMap<>();
    for (Map<String, Object> golden : goldens) {
      String source =
          sources.computeIfAbsent(
              golden.get("template"), name -> Goldens.text("templates/" + name));
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
    System.out.println(
        "Chat templates: "
            + (goldens.size() - differing.size())
            + " of "
            + goldens.size()
            + " renderings equal");
    assertThat(differing).isEmpty();
    assertThat(goldens).hasSizeGreaterThan(2500);
  }

  private static Map<String, Conversation> conversations() {
    Map<String, Conversation> conversations = new HashMap<>();
    for (Map<String, Object> line : Goldens.lines("conversations.jsonl.gz")) {
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
