package io.turnmill.job.export;

import java.util.Locale;

/** What an export consists of. */
public enum ExportFormat {
  /** JSON lines of a history, a question and a reply. */
  TRIPLES("triples.jsonl"),
  /** JSON lines of conversations, as OpenAI takes them for fine-tuning. */
  OPENAI("openai.jsonl"),
  /** One Arrow IPC file of vectors. */
  ARROW("embeddings.arrow");

  private final String fileName;

  ExportFormat(String fileName) {
    this.fileName = fileName;
  }

  /** The name of the file where only a folder is given. */
  String fileName() {
    return fileName;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
