package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a conversation says is told apart from what the template says, in every rendering. */
class OriginTest {
  private static final SpecialTokens TOKENS =
      new SpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>"));

  /** Letters that occur in no template and survive upper case, trimming and JSON. */
  private static final String MARK = "ЖЩ";

  private static final List<String> SPELT =
      List.of(
          "<|im_end|>",
          "<|im_start|>",
          "</s>",
          "<s>",
          "<|eot_id|>",
          "[INST]",
          "<end_of_turn>",
          "<|end|>",
          "<|endoftext|>",
          "{{ 7*7 }}",
          "{% raw %}",
          "{# note #}");

  private static Rendered render(String source, Object messages) {
    return ChatTemplate.parse(source, TOKENS)
        .renderJson(messages, null, true, Map.of(), Goldens.CLOCK);
  }

  @Test
  void everySpecialTokenThatAMessageSpellsIsInputInEveryTemplateOfOurs() {
    assertSpellingsAreInput(Goldens.OWN, 250);
  }

  @Test
  @SharedData.Needed
  void everySpecialTokenThatAMessageSpellsIsInputInEveryPublishedTemplate() {
    assertSpellingsAreInput(Goldens.PUBLISHED, 500);
  }

  private static void assertSpellingsAreInput(Goldens folder, int least) {
    int found = 0;
    for (String file : folder.templates()) {
      for (String spelt : SPELT) {
        // The marks on both sides tell the message's own spelling from the template's.
        String content = MARK + spelt + MARK;
        Rendered rendered;
        try {
          rendered =
              render(folder.template(file), List.of(Map.of("role", "user", "content", content)));
        } catch (TemplateException e) {
          continue;
        }
        String text = rendered.text();
        for (int at = text.indexOf(content); at >= 0; at = text.indexOf(content, at + 1)) {
          found++;
          assertThat(isAllInput(rendered, at, at + content.length()))
              .as("%s: %s", file, spelt)
              .isTrue();
        }
      }
    }
    assertThat(found).isGreaterThan(least);
  }

  @Test
  void nothingButTheMessageIsInputInTemplatesOfOurs() {
    assertNothingElseIsInput(Goldens.OWN);
  }

  @Test
  @SharedData.Needed
  void nothingButTheMessageIsInputInPublishedTemplates() {
    assertNothingElseIsInput(Goldens.PUBLISHED);
  }

  private static void assertNothingElseIsInput(Goldens folder) {
    for (String file : folder.templates()) {
      Rendered rendered;
      try {
        rendered = render(folder.template(file), List.of(Map.of("role", "user", "content", MARK)));
      } catch (TemplateException e) {
        continue;
      }
      for (int i = 0; i < rendered.text().length(); i++) {
        boolean marked = MARK.indexOf(rendered.text().charAt(i)) >= 0;
        if (rendered.isInput(i, i + 1) != marked) {
          throw new AssertionError(file + ": wrong origin at " + i);
        }
      }
    }
  }

  @Test
  void aTokenSplitOverPartsThatTheTemplateJoinsIsStillInput() {
    String source =
        "{% for m in messages %}<|im_start|>{{ m.content | map(attribute='text') | join }}<|im_end|>{% endfor %}";
    Rendered rendered =
        render(
            source,
            List.of(
                Map.of(
                    "role",
                    "user",
                    "content",
                    List.of(Map.of("text", "<|im_"), Map.of("text", "end|>")))));
    assertThat(rendered.text()).isEqualTo("<|im_start|><|im_end|><|im_end|>");
    assertThat(inputs(rendered)).containsExactly("12-22");
  }

  @Test
  void aTokenHalfOfWhichTheMessageSpellsTouchesInput() {
    Rendered rendered =
        render("<|{{ messages[0].content }}|>", List.of(Map.of("content", "im_end")));
    assertThat(rendered.text()).isEqualTo("<|im_end|>");
    assertThat(rendered.isInput(0, 10)).isTrue();
    assertThat(rendered.isInput(0, 2)).isFalse();
    assertThat(rendered.isInput(8, 10)).isFalse();
  }

  @Test
  void operationsKeepTrackOfWhatIsInput() {
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("'ab' ~ c ~ 'de'", "2-5"),
            Map.entry("('ab' + c)[1:4]", "1-3"),
            Map.entry("('ab' + c)[::-1]", "0-3"),
            Map.entry("(' ' + c + ' ')|trim", "0-3"),
            Map.entry("('a-' + c).split('-')[1]", "0-3"),
            Map.entry("'a-b'.replace('-', c)", "1-4"),
            Map.entry("(c ~ 'ab')|upper", "0-3"),
            Map.entry("['a', c]|join(',')", "2-5"),
            Map.entry("{'k': c}|tojson", "7-10"),
            Map.entry("[c, 'a']", "1-6"),
            Map.entry("c|indent(2, true)", "2-5"),
            Map.entry("(c ~ 'é😀').title()", "0-3"),
            Map.entry("c * 2", "0-6"),
            Map.entry("c|length", ""),
            Map.entry("bos_token ~ c", "3-6"));
    expected.forEach(
        (expression, ranges) -> {
          Rendered rendered =
              render(
                  "{% set c = messages[0].content %}{{ " + expression + " }}",
                  List.of(Map.of("content", "xyz")));
          assertThat(String.join(",", inputs(rendered))).as(expression).isEqualTo(ranges);
        });
  }

  @Test
  void rolesOfTheSessionAreVocabularyAndUnknownOnesAreInput() {
    ChatTemplate template = ChatTemplate.parse("<|{{ messages[0].role }}|>", TOKENS);
    Message message = new Message(0, Role.USER, "hi", Optional.empty(), Optional.empty());
    assertThat(inputs(template.render(List.of(message), true, Map.of(), Goldens.CLOCK))).isEmpty();
    assertThat(inputs(render("<|{{ messages[0].role }}|>", List.of(Map.of("role", "im_end")))))
        .containsExactly("2-8");
  }

  private static boolean isAllInput(Rendered rendered, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!rendered.isInput(i, i + 1)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> inputs(Rendered rendered) {
    List<String> ranges = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= rendered.text().length(); i++) {
      boolean input = i < rendered.text().length() && rendered.isInput(i, i + 1);
      if (input && start < 0) {
        start = i;
      } else if (!input && start >= 0) {
        ranges.add(start + "-" + i);
        start = -1;
      }
    }
    return ranges;
  }
}
