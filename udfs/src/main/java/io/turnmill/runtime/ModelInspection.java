package io.turnmill.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.GenerationConfig;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.TurnEnds;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A description of a model folder in words for people, and everything that keeps it from being
 * used. The model is not loaded.
 *
 * @param facts by name, in order
 * @param warnings remarks that do not keep the model from being used, one sentence each
 * @param problems one sentence each; empty when the model can be used
 */
public record ModelInspection(
    Map<String, String> facts, List<String> warnings, List<String> problems) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Inspects a folder, and an adapter for it. */
  public static ModelInspection of(Path folder, Optional<Path> adapter) {
    return new Inspector(folder, adapter).inspect();
  }

  /** Continues after a problem, so that all problems are found. */
  private static final class Inspector {
    private final Path folder;
    private final Optional<Path> adapter;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Inspector(Path folder, Optional<Path> adapter) {
      this.folder = folder;
      this.adapter = adapter;
    }

    ModelInspection inspect() {
      Optional<ModelFolder> model = open();
      if (!Files.isDirectory(folder)) {
        return new ModelInspection(facts, warnings, problems);
      }
      model.ifPresentOrElse(opened -> facts.putAll(SpecFacts.of(opened)), this::config);
      Optional<ChatTemplates> templates = findTemplates();
      try (HuggingFaceFileTokenizer tokenizer =
          HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"))) {
        tokenizer(tokenizer, model);
        if (model.isPresent() && model.get().spec() instanceof DecoderSpec decoder) {
          templates.ifPresent(found -> endOfSequence(decoder, found, tokenizer));
          GenerationConfig generation = GenerationConfig.read(folder);
          boolean isUsable = !generation.recommended().isEmpty();
          facts.put(
              "sampling",
              generation.described() + (isUsable ? "; used with sampling.from = model" : ""));
        }
      } catch (TokenizerException e) {
        if (Files.exists(
            folder.resolve("tokenizer.json"))) { // otherwise it is reported as missing already
          problems.add(e.getMessage());
        }
      }
      templates.ifPresent(this::templates);
      model.ifPresent(opened -> warnings.addAll(opened.warnings()));
      model.ifPresent(opened -> facts.put("fingerprint", opened.fingerprint()));
      return new ModelInspection(facts, warnings, problems);
    }

    private Optional<ModelFolder> open() {
      try {
        return Optional.of(ModelFolder.open(folder, adapter));
      } catch (ModelException e) {
        problems.add(e.getMessage());
        return Optional.empty();
      }
    }

    /** The few facts of a configuration that cannot be read as a whole. */
    private void config() {
      try {
        JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
        for (String name : List.of("model_type", "architectures")) {
          if (config != null && config.has(name)) {
            facts.put(name, config.path(name).toString().replaceAll("[\\[\\]\"]", ""));
          }
        }
      } catch (IOException e) {
        // This problem is reported already.
        facts.remove("architectures");
      }
    }

    private void tokenizer(Tokenizer tokenizer, Optional<ModelFolder> model) {
      List<AddedToken> added = tokenizer.addedTokens();
      facts.put(
          "tokenizer",
          text(
              "ids up to %,d, %,d added tokens, %,d of them special",
              tokenizer.vocabSize() - 1,
              added.size(),
              added.stream().filter(AddedToken::special).count()));
      model.ifPresent(
          opened -> {
            try {
              TokenizerFit.check(opened, tokenizer.modelVocabSize(), added)
                  .ifPresent(warnings::add);
            } catch (ModelException e) {
              problems.add(e.getMessage());
            }
          });
    }

    private static String text(String format, Object... values) {
      return String.format(Locale.ROOT, format, values);
    }

    private void endOfSequence(
        DecoderSpec decoder, ChatTemplates templates, HuggingFaceFileTokenizer tokenizer) {
      EndTokens ends = EndTokens.of(decoder, templates, tokenizer);
      facts.put("end of sequence", ends.described());
      templates
          .source("default")
          .flatMap(source -> parsed(source, templates))
          .map(
              template ->
                  TurnEnds.of(template, tokenizer.addedTokens(), Map.of(), Clock.systemUTC()))
          .flatMap(turnEnds -> ends.warning(turnEnds, Set.of()))
          .ifPresent(warnings::add);
    }

    /** The parsed template; empty if it is not a template, which is reported elsewhere. */
    private static Optional<ChatTemplate> parsed(String source, ChatTemplates templates) {
      try {
        return Optional.of(ChatTemplate.parse(source, templates.specialTokens()));
      } catch (TemplateException e) {
        return Optional.empty();
      }
    }

    private Optional<ChatTemplates> findTemplates() {
      try {
        return Optional.of(ChatTemplates.find(folder));
      } catch (IllegalArgumentException | UncheckedIOException e) {
        problems.add(e.getMessage());
        return Optional.empty();
      }
    }

    private void templates(ChatTemplates templates) {
      String special =
          templates.specialTokens().byName().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(token -> token.getKey().replace("_token", "") + " " + token.getValue())
              .collect(Collectors.joining(", "));
      facts.put("special tokens", special.isEmpty() ? "none" : special);
      List<String> found = new ArrayList<>();
      for (String name : templates.names()) {
        String source = templates.source(name).orElseThrow();
        found.add(text("%s (%,d characters)", name, source.length()));
        check(name, source, templates);
      }
      facts.put("chat templates", found.isEmpty() ? "none" : String.join(", ", found));
    }

    private void check(String name, String source, ChatTemplates templates) {
      try {
        ChatTemplate.parse(source, templates.specialTokens());
      } catch (TemplateException e) {
        problems.add(text("chat template %s cannot be used: %s", name, e.getMessage()));
      }
    }
  }
}
