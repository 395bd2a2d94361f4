package io.turnmill.job.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.export.ExportRequest.Replies;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows.RowsWith;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/**
 * Of which variant rows are exported. Answers of several variants are never mixed in one file, as
 * each variant has its own model, prompts or sampling.
 */
final class VariantChoice {
  /** The column with the name of the variant, which only a run with variants has. */
  static final String COLUMN = "variant";

  private final Optional<String> chosen;

  /** Whether all rows belong to one export, because each session has one row. */
  private final boolean takesAll;

  private Optional<String> first = Optional.empty();

  private VariantChoice(Optional<String> chosen, boolean takesAll) {
    this.chosen = chosen;
    this.takesAll = takesAll;
  }

  /**
   * The choice that a request makes.
   *
   * @param manifest of the run, if it is known
   * @param isAll whether all results of the run are read, and not only some of its buckets
   * @throws SetupException if there is no such variant, or one has to be chosen
   */
  static VariantChoice of(ExportRequest request, Optional<JsonNode> manifest, boolean isAll) {
    List<String> names = manifest.map(VariantChoice::names).orElse(List.of());
    boolean isSplit =
        manifest
            .map(of -> of.path("settings").path("variants_mode").asText())
            .equals(Optional.of("split"));
    boolean isOfArchive =
        request.format() != ExportFormat.ARROW && request.replies() == Replies.ARCHIVE;
    VariantChoice choice = new VariantChoice(request.variant(), isSplit && isOfArchive);
    if (manifest.isPresent() && request.variant().filter(of -> !names.contains(of)).isPresent()) {
      throw new SetupException(
          names.isEmpty()
              ? "--variant: the run had no variants"
              : "--variant: the run has no variant '%s'. Its variants are %s."
                  .formatted(request.variant().get(), String.join(", ", names)));
    }
    if (isAll && names.size() > 1 && request.variant().isEmpty() && !choice.takesAll) {
      throw several(String.join(", ", names));
    }
    return choice;
  }

  private static List<String> names(JsonNode manifest) {
    List<String> names = new ArrayList<>();
    manifest.path("variants").forEach(of -> names.add(of.path("name").asText()));
    return names;
  }

  private static SetupException several(String names) {
    return new SetupException(
        "The run asked several variants: %s. An export holds the results of one of them: choose it with --variant NAME."
            .formatted(names));
  }

  /** The rows that alone are read. */
  Optional<RowsWith> rows() {
    return chosen.map(name -> new RowsWith(COLUMN, name));
  }

  /**
   * Makes sure that the rows of a file can be told apart.
   *
   * @throws SetupException if a variant is chosen and the file has none
   */
  void check(MessageType schema, Path file) {
    if (chosen.isPresent() && !schema.containsField(COLUMN)) {
      throw new SetupException("--variant: " + file + " has no column " + COLUMN);
    }
  }

  /**
   * Looks at a row that was read.
   *
   * @throws SetupException if an earlier row is that of another variant
   */
  void check(Group row) {
    Optional<String> variant = GroupValues.text(row, COLUMN);
    if (chosen.isPresent() || takesAll || variant.isEmpty()) {
      return;
    }
    first = first.or(() -> variant);
    if (!first.equals(variant)) {
      throw several(first.get() + ", " + variant.get());
    }
  }
}
