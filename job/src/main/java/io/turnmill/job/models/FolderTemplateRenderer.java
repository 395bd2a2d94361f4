package io.turnmill.job.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.spark.Spark;
import io.turnmill.model.ModelException;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Renders with the template of a model folder, wherever that lies. */
public final class FolderTemplateRenderer implements TemplateRenderer {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String render(Request request) {
    RuntimeOptions options = options(request);
    try (ModelFolders folders =
        ModelFolders.open("--model", options, 0, () -> Spark.hadoop(request.hadoop()))) {
      return render(request, options, folders);
    }
  }

  private static String render(Request request, RuntimeOptions options, ModelFolders folders) {
    try (DecoderFrontEnd parts = DecoderFrontEnd.open(folders.local(options))) {
      return parts
          .render(request.messages(), request.tools().isEmpty() ? null : request.tools())
          .text();
    } catch (ModelException e) {
      throw new SetupException("--model: " + folders.asNamed(e.getMessage()));
    } catch (TemplateException e) {
      throw new SetupException("The template cannot be rendered: " + e.getMessage());
    }
  }

  private static RuntimeOptions options(Request request) {
    String template = "";
    if (request.template().isPresent()) {
      try {
        template = Files.readString(Path.of(request.template().get()));
      } catch (IOException e) {
        throw new SetupException("--template: cannot read " + request.template().get(), e);
      }
    }
    try {
      return new RuntimeOptions(
          RuntimeOptions.Model.of(ModelSettings.localPath(request.model())),
          RuntimeOptions.Budgets.OPEN,
          new RuntimeOptions.Prompts(
              template,
              "",
              JSON.writeValueAsString(request.kwargs()),
              "",
              false,
              false,
              Instant.now()),
          SamplingParams.greedy(1),
          false,
          List.of(),
          0);
    } catch (JsonProcessingException e) {
      throw new SetupException("--kwarg: not to be written as JSON", e);
    }
  }
}
