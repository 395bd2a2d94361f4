package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.turnmill.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template of a folder is the one that transformers takes; see ORIGIN.md of the goldens. */
abstract class ChatTemplateFolders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Goldens templates;
  private final List<JsonNode> cases;

  @TempDir Path temp;

  /**
   * @param file the folders, as they are to be laid out
   * @param templates what their names of templates stand for
   */
  ChatTemplateFolders(Path file, Goldens templates) {
    this.templates = templates;
    this.cases = Goldens.lines(file).stream().<JsonNode>map(JSON::valueToTree).toList();
    assertThat(cases).hasSizeGreaterThan(200);
  }

  @Test
  void theTemplateIsTheOneThatTransformersTakes() throws IOException {
    int compared = 0;
    for (JsonNode golden : cases) {
      if (golden.get("names").isEmpty()) {
        continue;
      }
      String name = golden.get("name").asText();
      ChatTemplates templates = ChatTemplates.find(layOut(golden));
      assertThat(templates.names()).as(name).isEqualTo(strings(golden.get("names")));
      for (JsonNode choice : golden.get("choices")) {
        JsonNode wanted = choice;
        if (choice.has("literal")
            && choice.get("name").asText().equals("default")
            && templates.names().equals(List.of("default"))) {
          // Its only template has no name in transformers, and this one here.
          wanted = golden.get("choices").get(0);
        }
        same(name, templates, choice, wanted);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(1500);
  }

  /** Only processors read {@code chat_template.json}. */
  @Test
  void whereATokenizerFindsNoneItIsTheOneOfProcessors() throws IOException {
    int found = 0;
    for (JsonNode golden : cases) {
      JsonNode processor = golden.get("processor");
      if (!golden.get("names").isEmpty()) {
        continue;
      }
      String name = golden.get("name").asText();
      ChatTemplates templates = ChatTemplates.find(layOut(golden));
      if (!golden.get("files").has("chat_template.json") || processor.has("error")) {
        assertThat(templates.names()).as(name).isEmpty();
      } else {
        assertThat(templates.names()).as(name).containsExactly("default");
        same(name, templates, golden.get("choices").get(0), processor);
        found++;
      }
    }
    assertThat(found).isGreaterThan(10);
  }

  @Test
  void specialTokensAreThoseOfTransformers() throws IOException {
    for (JsonNode golden : cases) {
      assertThat(ChatTemplates.find(layOut(golden)).specialTokens().byName())
          .as(golden.get("name").asText())
          .isEqualTo(JSON.convertValue(golden.get("tokens"), Map.class));
    }
  }

  private static void same(String name, ChatTemplates templates, JsonNode choice, JsonNode wanted) {
    Optional<String> asked = Optional.ofNullable(choice.get("name").textValue());
    boolean tools = choice.get("tools").asBoolean();
    String as = "%s, %s, tools: %s".formatted(name, asked, tools);
    if (wanted.has("template")) {
      assertThat(templates.choose(asked, tools))
          .as(as)
          .isEqualTo(wanted.get("template").textValue());
    } else if (wanted.has("sha256")) {
      assertThat(Goldens.sha256(templates.choose(asked, tools)))
          .as(as)
          .isEqualTo(wanted.get("sha256").asText());
    } else {
      assertThatThrownBy(() -> templates.choose(asked, tools))
          .as(as)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private int folders;

  private Path layOut(JsonNode golden) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("case" + folders++));
    for (var file : golden.get("files").properties()) {
      JsonNode content = filled(file.getValue());
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, content.isTextual() ? content.textValue() : content.toString());
    }
    return folder;
  }

  /** With templates in the place of their names. */
  private JsonNode filled(JsonNode content) {
    if (content.isTextual() && content.textValue().startsWith("@")) {
      return TextNode.valueOf(templates.template(content.textValue().substring(1)));
    }
    if (content.isArray()) {
      var copy = JSON.createArrayNode();
      for (JsonNode element : content) {
        copy.add(filled(element));
      }
      return copy;
    }
    if (content.isObject()) {
      var copy = JSON.createObjectNode();
      for (var field : content.properties()) {
        copy.set(field.getKey(), filled(field.getValue()));
      }
      return copy;
    }
    return content;
  }

  private static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(element -> strings.add(element.asText()));
    return strings;
  }
}
