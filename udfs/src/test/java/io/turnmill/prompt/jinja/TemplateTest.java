package io.turnmill.prompt.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:03Z"), ZoneOffset.UTC);
  private static final Limits SMALL = new Limits(200_000, 800, 100_000);

  private static String render(String template) {
    Variables variables = new Variables().input("secret", "Mrs. Smith's number is 555");
    return Template.parse(template).render(variables, CLOCK, SMALL).text();
  }

  @Test
  void errorsNameTheConstructLineAndColumn() {
    assertThatThrownBy(() -> render("a\n {{ 1 + nothing.x }}"))
        .isInstanceOf(TemplateException.class)
        .hasMessage("'nothing' is undefined (template line 2, column 16)");
    assertThatThrownBy(() -> render("{% include 'x' %}"))
        .hasMessage("the tag 'include' is not supported (template line 1, column 4)");
    assertThatThrownBy(() -> render("{{ 1 | nope }}"))
        .hasMessageStartingWith("there is no filter named 'nope' (template line 1");
    assertThatThrownBy(() -> render("{% if 1 %}"))
        .hasMessageStartingWith("expected 'elif', found the end of the template");
  }

  @Test
  void whatNoPublishedTemplateUsesIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> render("{{ [1]|groupby('a') }}"))
        .hasMessageStartingWith("there is no filter named 'groupby' (template line 1");
    assertThatThrownBy(() -> render("{{ 1 is sameas 1 }}"))
        .hasMessageStartingWith("there is no test named 'sameas' (template line 1");
    assertThatThrownBy(() -> render("{{ 'a'.zfill(3) }}"))
        .hasMessageStartingWith("a string has no attribute or item 'zfill' (template line 1");
    assertThatThrownBy(() -> render("{{ cycler(1, 2) }}"))
        .hasMessageStartingWith("'cycler' is undefined (template line 1");
    assertThatThrownBy(() -> render("{{ '%5d' % 1 }}"))
        .hasMessageStartingWith("no operator % for string and int (template line 1");
    assertThatThrownBy(() -> render("{% with a = 1 %}{% endwith %}"))
        .hasMessageStartingWith("the tag 'with' is not supported (template line 1");
    assertThatThrownBy(() -> render("{% for a in [] recursive %}{% endfor %}"))
        .hasMessageContaining("recursive");
    assertThatThrownBy(() -> render("{{ 2 ** 3 }}")).hasMessageContaining("'**'");
  }

  @Test
  void messagesHoldNoTextOfTheConversation() {
    for (String template :
        List.of(
            "{{ secret + 1 }}",
            "{{ {}[secret].x }}",
            "{{ secret.nope.x }}",
            "{{ secret|map(secret)|list }}",
            "{{ [1]|sort(attribute=secret)|first + secret }}",
            "{{ '%d' % secret }}",
            "{{ dict(secret) }}",
            "{{ range(secret) }}",
            "{{ dict(**{secret: 1}) + 1 }}",
            "{% for a, b in secret %}{% endfor %}",
            "{{ strftime_now('%Q' ~ secret) }}",
            "{{ 1 is divisibleby(secret) }}",
            "{{ secret|float + secret }}",
            "{{ secret|tojson(separators=secret) }}")) {
      assertThatThrownBy(() -> render(template))
          .isInstanceOf(TemplateException.class)
          .satisfies(e -> assertThat(e.toString()).doesNotContain("Smith").doesNotContain("555"));
    }
  }

  @Test
  void aRefusalCarriesItsMessageAndShowsOnlyTheTemplatesWords() {
    assertThatThrownBy(() -> render("{{ raise_exception('No: ' ~ secret ~ '!') }}"))
        .isInstanceOf(TemplateRefused.class)
        .hasMessage("the template refuses: No: …! (template line 1, column 19)")
        .satisfies(
            e ->
                assertThat(((TemplateRefused) e).reason())
                    .isEqualTo("No: Mrs. Smith's number is 555!"));
  }

  @Test
  void templatesThatWouldNotEndAreStopped() {
    String big = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}";
    for (String template :
        List.of(
            big,
            "{{ 'x' * 999999999 }}",
            "{{ [1] * 999999999 }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
            "{{ range(999999999) }}",
            "{{ ('x' * 1000).replace('', 'y' * 1000) }}",
            "{{ {'a': 1}|tojson(indent=99999999) }}")) {
      assertThatThrownBy(() -> render(template)).as(template).isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void deepNestingIsAnErrorOnAnyThread() throws InterruptedException {
    List<String> templates =
        List.of(
            "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
            "{{ " + "[".repeat(50_000),
            "{{ " + "-".repeat(50_000) + "1 }}",
            "{{ " + "not ".repeat(50_000) + "1 }}",
            "{{ 1" + " + 1".repeat(50_000) + " }}",
            "{{ 1" + "|abs".repeat(50_000) + " }}",
            "{{ x" + ".a".repeat(50_000) + " }}",
            "{% if 1 %}".repeat(50_000),
            "{{ 1 if 1 else ".repeat(1) + "1 if 1 else ".repeat(50_000) + "1 }}",
            "{% set " + "(".repeat(50_000) + "a = 1 %}",
            "{% macro m(n) %}{{ [[[[[[m(n + 1)]]]]]] }}{% endmacro %}{{ m(0) }}");
    Thread thread =
        new Thread(
            null, () -> templates.forEach(TemplateTest::endsInTime), "small stack", 256 << 10);
    Throwable[] thrown = {null};
    thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
    thread.start();
    thread.join();
    assertThat(thrown[0]).isNull();
  }

  private static void endsInTime(String template) {
    try {
      render(template);
    } catch (TemplateException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Test
  void randomTextThrowsNothingButTheInterpretersError() {
    List<String> words =
        List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            " ",
            "\n",
            "if",
            "else",
            "endif",
            "for",
            "in",
            "endfor",
            "set",
            "=",
            "secret",
            "x",
            "'",
            "\"",
            "\\",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ":",
            ",",
            ".",
            "|",
            "~",
            "*",
            "**",
            "/",
            "//",
            "%",
            "1",
            "0.5",
            "not",
            "is",
            "defined",
            "macro",
            "endmacro",
            "loop",
            "range",
            "namespace",
            "tojson",
            "join",
            "split",
            "raw",
            "endraw",
            "call",
            "filter",
            "upper",
            "==",
            "<",
            "é",
            "😀",
            "\ud83d",
            "\u0000",
            "99999999999999999999",
            "1e999",
            "_",
            "__class__");
    long seed = 20_251L;
    System.out.println("Random templates: seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder template = new StringBuilder(random.nextBoolean() ? "{{ " : "{% ");
      int length = 1 + random.nextInt(14);
      for (int k = 0; k < length; k++) {
        template
            .append(words.get(random.nextInt(words.size())))
            .append(random.nextBoolean() ? " " : "");
      }
      template.append(random.nextInt(3) == 0 ? "" : random.nextBoolean() ? " }}" : " %}");
      String source = template.toString();
      try {
        endsInTime(source);
      } catch (RuntimeException e) {
        throw new AssertionError(source, e);
      }
    }
  }

  @Test
  void aConversationIsNeverRunAsATemplate() {
    Variables variables =
        new Variables()
            .input("c", Map.of("x", "{{ 7*7 }}{% raise %}{# #}{{ raise_exception('x') }}"));
    assertThat(Template.parse("{{ c.x }}|{{ c.x ~ '{{ 1 }}' }}").render(variables, CLOCK).text())
        .isEqualTo(
            "{{ 7*7 }}{% raise %}{# #}{{ raise_exception('x') }}|"
                + "{{ 7*7 }}{% raise %}{# #}{{ raise_exception('x') }}{{ 1 }}");
  }

  @Test
  void thereIsNoWayToJavaOrPythonObjects() {
    assertThat(render("{{ secret.__class__ }}{{ secret.getClass }}{{ ''.__class__ is defined }}"))
        .isEqualTo("False");
    assertThat(render("{{ ''.__class__.__mro__ }}")).isEmpty();
    assertThatThrownBy(() -> render("{{ ''.__class__.__mro__[1] }}"))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> render("{{ ''.__class__.mro() }}"))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> render("{{ [].append(1) }}")).hasMessageContaining("is unsafe");
  }
}
