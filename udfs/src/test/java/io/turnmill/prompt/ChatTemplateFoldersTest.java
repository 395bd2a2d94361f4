package io.turnmill.prompt;

import io.turnmill.testing.Goldens;
import java.nio.file.Path;

/** With templates of our own. */
class ChatTemplateFoldersTest extends ChatTemplateFolders {
  ChatTemplateFoldersTest() {
    super(Path.of("src/test/resources/golden/chat_templates/cases.jsonl.gz"), Goldens.OWN);
  }
}
