package io.turnmill.job.write;

/** The tables of what was asked, one for each kind of items. */
public enum ItemTable {
  /** Sessions. */
  RESULTS("results", "part-"),
  /** Documents. */
  DOCUMENTS("documents", "document-"),
  /** Topics, in the step in which a model is asked what they are about. */
  TOPICS("topics", "topic-");

  private final String folder;
  private final String filePrefix;

  ItemTable(String folder, String filePrefix) {
    this.folder = folder;
    this.filePrefix = filePrefix;
  }

  /** What its items are called, for people. */
  public String shown() {
    return this == RESULTS ? "sessions" : folder;
  }

  /** The name of its folder below the output folder. */
  public String folder() {
    return folder;
  }

  /**
   * How the names of the files begin that belong to its items. The table of rejections has files of
   * all kinds of items.
   */
  String filePrefix() {
    return filePrefix;
  }

  /** Whether a file belongs to items of another kind. */
  boolean isOfOthers(String fileName) {
    for (ItemTable table : values()) {
      if (table != this && fileName.startsWith(table.filePrefix)) {
        return true;
      }
    }
    return false;
  }
}
