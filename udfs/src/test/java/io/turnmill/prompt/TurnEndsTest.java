package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.token.AddedToken;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With which tokens templates of all kinds end the turns of an assistant. */
class TurnEndsTest {
  private static final List<AddedToken> ADDED =
      List.of(
          token(1, "<s>"), token(2, "</s>"), token(3, "<end>"), token(4, "<last>"), token(5, "  "));

  private static AddedToken token(int id, String content) {
    boolean special = !content.equals("<last>"); // not every folder calls such a token special
    return new AddedToken(id, content, special, false, false, false, !special);
  }

  /** For each reply that has any. */
  private static List<List<String>> ends(String template) {
    ChatTemplate parsed =
        ChatTemplate.parse(template, new SpecialTokens(Map.of("eos_token", "</s>")));
    return TurnEnds.of(parsed, ADDED, Map.of(), Clock.systemUTC()).stream()
        .map(run -> run.stream().map(AddedToken::content).toList())
        .toList();
  }

  @Test
  void aTokenRightBehindTheReplyOrBehindWhiteSpaceEndsTheTurn() {
    assertThat(ends("{% for m in messages %}{{ m.role }}: {{ m.content }}</s>{% endfor %}"))
        .containsExactly(List.of("</s>"), List.of("</s>"));
    assertThat(ends("{% for m in messages %}{{ m.content }} \n   <end>{{ '\n' }}{% endfor %}"))
        .containsExactly(List.of("<end>"), List.of("<end>"));
  }

  @Test
  void tokensThatFollowOneAnotherBelongTogether() {
    assertThat(ends("{% for m in messages %}{{ '<s> ' + m.content + '<end></s>' }}\n{% endfor %}"))
        .containsExactly(List.of("<end>", "</s>", "<s>"), List.of("<end>", "</s>"));
  }

  @Test
  void theLastTurnMayEndInAnotherWay() {
    String last =
        "{% for m in messages %}{{ m.content }}{% if loop.last %}%s{% else %}%s{% endif %}";
    assertThat(ends(last.replaceFirst("%s", "<last>").replaceFirst("%s", "<end>") + "{% endfor %}"))
        .containsExactly(List.of("<end>"), List.of("<last>"));
    assertThat(ends(last.replaceFirst("%s", "").replaceFirst("%s", "<end>") + "{% endfor %}"))
        .containsExactly(List.of("<end>"));
  }

  @Test
  void plainTextIsNoToken() {
    assertThat(ends("{% for m in messages %}{{ m.role }}: {{ m.content }}\n\n{% endfor %}"))
        .isEmpty();
    assertThat(ends("{% for m in messages %}{{ m.content }} [end] </s>{% endfor %}")).isEmpty();
  }

  @Test
  void aTemplateThatRefusesTwoRepliesIsAskedForOne() {
    String refuses = "{% if messages | length > 2 %}{{ raise_exception('too long') }}{% endif %}";
    assertThat(ends(refuses + "{% for m in messages %}{{ m.content }}<end>{% endfor %}"))
        .containsExactly(List.of("<end>"));
    assertThat(ends("{{ raise_exception('never') }}")).isEmpty();
  }

  @Test
  void aTemplateThatShowsNoReplyEndsNone() {
    assertThat(ends("{% for m in messages %}{{ m.role }}<end>{% endfor %}")).isEmpty();
  }
}
