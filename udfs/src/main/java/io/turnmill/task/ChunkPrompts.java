package io.turnmill.task;

/** The templates by which chunks are asked about, unless the settings have others. */
public final class ChunkPrompts {
  /**
   * Puts one question to one chunk. The question comes last: the prompts of all questions about a
   * chunk begin alike, which is computed once.
   */
  public static final String EXTRACT =
      """
      Below is a part of a document, and a question. If this part answers the question, write the \
      words of it that do, exactly as they stand there, and nothing else. If it does not, write \
      {{ nothing }} and nothing else.

      {% if headings %}
      Headings: {{ headings }}

      {% endif %}
      Text:
      {{ chunk }}

      Question: {{ question }}""";

  /** Has one chunk summarised. */
  public static final String SUMMARISE =
      """
      Summarise the part of a document below in a few sentences. Keep names, numbers and dates, \
      add nothing that is not in the text, and write the summary in the language of the text and \
      nothing else.

      {% if headings %}
      Headings: {{ headings }}

      {% endif %}
      Text:
      {{ chunk }}""";

  /** Makes one summary of several, which are those of neighbouring parts. */
  public static final String REDUCE =
      """
      Below are summaries of parts of one document, in order. Make one summary of them in a few \
      sentences. Keep the most important names, numbers and dates, add nothing that is not in the \
      summaries, and write in their language and nothing else.
      {% for summary in summaries %}

      Part {{ loop.index }}:
      {{ summary }}
      {% endfor %}""";

  private ChunkPrompts() {}
}
