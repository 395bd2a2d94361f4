package io.turnmill.job.topics;

/**
 * The templates by which the model is asked what a cluster is about: of each session of its sample,
 * of these sentences in several rounds, and in the last one for a name and a summary. Their
 * variables are those of the task {@code summarise}.
 */
public final class TopicPrompts {
  /** Says what one session is about. */
  public static final String SESSION =
      """
      Below is a conversation or a document. Say in one sentence what it is about and what is \
      wanted in it. Leave out names of people, and write the sentence in the language of the text \
      and nothing else.

      Text:
      {{ chunk }}""";

  /** Makes fewer sentences of those about several sessions. */
  public static final String REDUCE =
      """
      Below are sentences about texts that belong together. Say in a few sentences what they have \
      in common, and which differences come up often. Write nothing else.
      {% for summary in summaries %}
      - {{ summary }}
      {%- endfor %}""";

  /** Asks for a name and a summary, see {@link TopicName#of}. */
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
