package io.turnmill.task;

/**
 * The templates by which a model is asked what many items are about, which were found to belong
 * together: of their texts, which are put together and cut into chunks, of what is said about these
 * in several rounds, and in the last one for a name and a summary. Their variables are those of the
 * task {@code summarise}.
 */
public final class TopicPrompts {
  /** Stands between the texts of two items. */
  public static final String BETWEEN = "-----";

  /** Says what some of the texts are about. */
  public static final String TEXTS =
      """
      Below are the beginnings of conversations or documents that belong together, with lines of \
      %s between them. Say in a few sentences what they are about and what is wanted in them. \
      Leave out names of people, and write in the language of the texts and nothing else.

      Texts:
      {{ chunk }}"""
          .formatted(BETWEEN);

  /** Makes fewer sentences of those about several chunks. */
  public static final String REDUCE =
      """
      Below are sentences about texts that belong together. Say in a few sentences what they have \
      in common, and which differences come up often. Write nothing else.
      {% for summary in summaries %}
      - {{ summary }}
      {%- endfor %}""";

  /** Asks for a name and a summary, in a form of two lines. */
  public static final String LAST =
      """
      Below are sentences about texts that belong together. Give what they have in common a name \
      of at most five words, and sum it up in one or two sentences. Write in the language of the \
      sentences, in this form and nothing else:
      Name: the name
      Summary: the summary
      {% for summary in summaries %}
      - {{ summary }}
      {%- endfor %}""";

  private TopicPrompts() {}
}
