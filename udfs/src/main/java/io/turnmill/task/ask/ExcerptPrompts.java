package io.turnmill.task.ask;

import io.turnmill.chunk.Chunk;
import io.turnmill.prompt.Halving;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TextWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the prompt of a question with as many of its chunks as the model's context holds. The
 * variables of its template:
 *
 * <ul>
 *   <li>{@code question}: the question;
 *   <li>{@code chunks}: a list of objects with {@code number} (that of the results), {@code text},
 *       {@code headings} (a list of texts) and {@code pages} (such as {@code 3} or {@code 3-4};
 *       empty where there are none), in the order of the document;
 *   <li>{@code nothing}: what the model is to write if there is no answer;
 *   <li>{@code document}: the id of the document;
 *   <li>{@code fields}: what is known of it besides, by name.
 * </ul>
 */
final class ExcerptPrompts {
  private static final String SETTING = "ask.prompt";

  /** What is the same for all questions comes first: it is computed once. */
  static final String DEFAULT =
      """
      Answer a question from excerpts of a document, and from nothing else. Give the answer alone, \
      in as few words as it needs, the way the document words it. If the excerpts do not answer the \
      question, answer {{ nothing }}.

      {% for chunk in chunks -%}
      Excerpt {{ chunk.number }}
      {%- if chunk.headings %}, {{ chunk.headings | join(' > ') }}{% endif %}
      {%- if chunk.pages %}, page {{ chunk.pages }}{% endif %}:
      {{ chunk.text }}

      {% endfor -%}
      Question: {{ question }}""";

  private final TextTemplate template;
  private final String nothing;
  private final TextWriter writer;

  /**
   * @throws TemplateException if the template of the options is not one
   */
  ExcerptPrompts(Ask options, TextWriter writer) {
    this.template = template(options);
    this.nothing = options.nothing();
    this.writer = writer;
  }

  /**
   * Reads the template of the options.
   *
   * @throws TemplateException if it is not one
   */
  static TextTemplate template(Ask options) {
    return TextTemplate.parse(SETTING, options.prompt().isEmpty() ? DEFAULT : options.prompt());
  }

  /**
   * A prompt and the chunks in it.
   *
   * @param shown the chunks in the order of the document
   * @param dropped the chunks that did not fit, in the order of the document
   */
  record Packed(Prompt prompt, List<RankedChunk> shown, List<RankedChunk> dropped) {}

  /** What became of a prompt: {@code packed}, or why there is none. */
  record PackAttempt(Optional<Packed> packed, PromptResult made) {}

  /**
   * The prompt with the most of the wanted chunks that fit.
   *
   * @param wanted the most wanted first, at least one
   */
  PackAttempt pack(ChunkedItem<?> item, String question, List<RankedChunk> wanted) {
    PackAttempt all = attempt(item, question, wanted, wanted.size());
    if (!isTooLong(all)) {
      return all;
    }
    return Halving.first(
            wanted.size() - 1,
            place ->
                Optional.of(attempt(item, question, wanted, wanted.size() - 1 - place))
                    .filter(attempt -> !isTooLong(attempt)))
        .orElse(all);
  }

  private static boolean isTooLong(PackAttempt attempt) {
    return attempt.made() instanceof PromptResult.Refused refused
        && refused.code() == RejectionCode.PROMPT_TOO_LONG;
  }

  private PackAttempt attempt(
      ChunkedItem<?> item, String question, List<RankedChunk> wanted, int count) {
    List<RankedChunk> shown = inOrder(wanted.subList(0, count));
    PromptResult made = writer.prompt(template, variables(item, question, shown));
    Optional<Packed> packed =
        made instanceof PromptResult.Ready ready
            ? Optional.of(
                new Packed(ready.prompt(), shown, inOrder(wanted.subList(count, wanted.size()))))
            : Optional.empty();
    return new PackAttempt(packed, made);
  }

  private static List<RankedChunk> inOrder(List<RankedChunk> chunks) {
    return chunks.stream().sorted(Comparator.comparingInt(RankedChunk::place)).toList();
  }

  private Variables variables(ChunkedItem<?> item, String question, List<RankedChunk> shown) {
    List<Map<String, Object>> chunks = new ArrayList<>();
    int before = -2;
    for (RankedChunk chunk : shown) {
      boolean follows = chunk.place() == before + 1;
      chunks.add(values(item.chunks().get(chunk.place()), follows));
      before = chunk.place();
    }
    return new Variables()
        .input("question", question)
        .input("chunks", chunks)
        .input("nothing", nothing)
        .input("document", item.id())
        .input("fields", new TreeMap<>(item.fields())); // the same order everywhere
  }

  /**
   * The values of a chunk.
   *
   * @param follows whether the chunk before is shown, too, so that what both share is left out here
   */
  private static Map<String, Object> values(ChunkAnswer<?> of, boolean follows) {
    Chunk chunk = of.chunk();
    int from = follows ? Math.min(chunk.overlap(), of.text().length()) : 0;
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("number", chunk.number());
    values.put("text", of.text().substring(from));
    values.put("headings", chunk.headings());
    values.put("pages", pages(chunk));
    return values;
  }

  private static String pages(Chunk chunk) {
    if (chunk.firstPage() == 0) {
      return "";
    }
    return chunk.firstPage() == chunk.lastPage()
        ? Integer.toString(chunk.firstPage())
        : chunk.firstPage() + "-" + chunk.lastPage();
  }
}
