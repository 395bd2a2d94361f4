package io.turnmill.prompt;

import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;

/** With published templates. */
@SharedData.Needed
class PublishedTemplateFoldersTest extends ChatTemplateFolders {
  PublishedTemplateFoldersTest() {
    super(SharedData.path("golden/chat_templates/cases.jsonl.gz"), Goldens.PUBLISHED);
  }
}
