package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is taken of a repository, and what stays where it is. */
class FolderFilesTest {

  @Test
  void aModelInOneFileIsTakenWithItsSettingsTokenizerAndTemplates() {
    assertThat(
            FolderFiles.needed(
                List.of(
                    "README.md",
                    ".gitattributes",
                    ".hidden.json",
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "tokenizer.model",
                    "merges.txt",
                    "vocab.txt",
                    "chat_template.jinja",
                    "additional_chat_templates/tool_use.jinja",
                    "additional_chat_templates/notes.md",
                    "model.safetensors")))
        .containsExactly(
            "additional_chat_templates/tool_use.jinja",
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
  }

  @Test
  void shardsAreTakenOnlyWhereThereIsNoSingleFile() {
    List<String> shards =
        List.of(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
    assertThat(FolderFiles.needed(shards)).containsExactlyElementsOf(shards);
    assertThat(
            FolderFiles.needed(
                List.of("model.safetensors", "model-00001-of-00002.safetensors", "config.json")))
        .containsExactly("config.json", "model.safetensors");
  }

  @Test
  void theSameWeightsInOtherFormsStayWhereTheyAre() {
    assertThat(
            FolderFiles.needed(
                List.of(
                    "model.safetensors",
                    "consolidated.safetensors",
                    "consolidated-00001-of-00002.safetensors",
                    "original/consolidated.00.pth",
                    "original/params.json",
                    "onnx/config.json",
                    "onnx/model.onnx",
                    "openvino/model.safetensors",
                    "model-q4.gguf",
                    "tf_model.h5",
                    "flax_model.msgpack",
                    "pytorch_model.bin",
                    "model.pt",
                    ".git/config.json",
                    "sub/model.safetensors")))
        .containsExactly("model.safetensors");
  }

  @Test
  void theModulesOfSentenceTransformersAreTaken() {
    assertThat(
            FolderFiles.needed(
                List.of(
                    "modules.json",
                    "1_Pooling/config.json",
                    "2_Dense/config.json",
                    "2_Dense/model.safetensors",
                    "2_Dense/pytorch_model.bin",
                    "1_Pooling/deep/config.json")))
        .containsExactly(
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "modules.json");
    assertThat(FolderFiles.isRead("1_Pooling")).isTrue();
    assertThat(FolderFiles.isRead("additional_chat_templates")).isTrue();
    assertThat(List.of("onnx", "original", ".git", "1", "_1", "x1_y"))
        .noneMatch(FolderFiles::isRead);
  }

  @Test
  void anAdapterIsTakenAlone() {
    List<String> adapter = List.of("adapter_config.json", "adapter_model.safetensors");
    assertThat(FolderFiles.needed(adapter)).containsExactlyElementsOf(adapter);
  }

  @Test
  void torchScriptIsTakenOnlyWhereThereAreNoSafetensors() {
    assertThat(
            FolderFiles.needed(
                List.of("serving.properties", "bert.pt", "deep/other.pt", "config.json")))
        .containsExactly("bert.pt", "config.json", "serving.properties");
    assertThat(FolderFiles.needed(List.of("bert.pt", "model.safetensors")))
        .containsExactly("model.safetensors");
  }

  @Test
  void aPickleIsNeverTakenButNamedWhereThereIsNothingElse() {
    assertThat(FolderFiles.needed(List.of("config.json", "pytorch_model.bin")))
        .containsExactly("config.json");
    assertThat(FolderFiles.namedOnly(List.of("config.json", "pytorch_model.bin")))
        .containsExactly("pytorch_model.bin");
    assertThat(FolderFiles.namedOnly(List.of("adapter_config.json", "adapter_model.bin")))
        .containsExactly("adapter_model.bin");
    assertThat(FolderFiles.namedOnly(List.of("model.safetensors", "pytorch_model.bin"))).isEmpty();
  }

  @Test
  void nothingThatLeadsOutOfTheFolderIsTaken() {
    assertThat(
            FolderFiles.needed(List.of("../config.json", "/etc/config.json", ".json", "./a.json")))
        .isEmpty();
  }
}
