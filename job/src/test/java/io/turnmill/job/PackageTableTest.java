package io.turnmill.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The job's half of the README's package table, as rules. */
@AnalyzeClasses(packages = "io.turnmill", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageTableTest {
  private static final List<String> STAGES =
      List.of("read", "prepare", "fetch", "infer", "write", "report", "show");

  @ArchTest
  static final ArchRule noTensorsInTheJob =
      noClasses()
          .that()
          .resideInAPackage("io.turnmill.job..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "io.turnmill.torch..", "io.turnmill.token..");

  @ArchTest
  static final ArchRule theCoreKnowsNoJob =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.turnmill.job..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.turnmill.job..");

  @ArchTest static final ArchRule read = meetsNoOtherStage("read");
  @ArchTest static final ArchRule prepare = meetsNoOtherStage("prepare");

  @ArchTest
  static final ArchRule whatStagesShareKnowsNoStage =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.turnmill.job.config..",
              "io.turnmill.job.rows..",
              "io.turnmill.job.hadoop..",
              "io.turnmill.job.parquet..",
              "io.turnmill.job.tasks..",
              "io.turnmill.job.flight..",
              "io.turnmill.job.cache..",
              "io.turnmill.job.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STAGES.stream()
                  .map(stage -> "io.turnmill.job." + stage + "..")
                  .toArray(String[]::new));

  @ArchTest static final ArchRule fetch = meetsNoOtherStage("fetch");
  @ArchTest static final ArchRule infer = meetsNoOtherStage("infer");
  @ArchTest static final ArchRule write = meetsNoOtherStage("write");
  @ArchTest static final ArchRule report = meetsNoOtherStage("report");
  @ArchTest static final ArchRule show = meetsNoOtherStage("show");

  private static ArchRule meetsNoOtherStage(String stage) {
    String[] others =
        STAGES.stream()
            .filter(other -> !other.equals(stage))
            // What a terminal takes is one thing, for the summary and for conversations.
            .filter(other -> !(stage.equals("show") && other.equals("report")))
            .map(other -> "io.turnmill.job." + other + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("io.turnmill.job." + stage + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .as(stage + " meets no other stage");
  }
}
