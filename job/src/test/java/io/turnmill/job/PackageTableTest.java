package io.turnmill.job;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of packages in {@code job/README.md}, as rules. */
@AnalyzeClasses(packages = "io.turnmill", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageTableTest {
  private static final String JOB = "io.turnmill.job";
  private static final String ROOT = "(root)";

  /** Each package, and which others of the job it may use; a class in no other package is wrong. */
  @ArchTest
  static final ArchRule packagesUseOnlyWhatTheTableAllows =
      new Table()
          .row("config")
          .row("terminal")
          .row("fault")
          .row("metrics")
          .row("hadoop", "config")
          .row("parquet", "hadoop")
          .row("rows", "config", "fault")
          .row("report", "terminal")
          .row("spark", "config", "metrics")
          .row("compare", "config", "report", "rows")
          .row("fetch", "config", "hadoop")
          .row("cache", "config", "hadoop", "rows")
          .row("read", "config", "fault", "hadoop", "rows")
          .row("prepare", "config", "fault", "hadoop", "parquet", "rows", "spark")
          .row("executor", "config", "fetch", "hadoop", "metrics", "rows")
          .row("documents", "config", "hadoop", "prepare", "read", "rows")
          .row("chunks", "config", "executor", "hadoop", "metrics", "parquet", "prepare", "rows")
          .row("models", "config", "executor", "fetch", "hadoop", "spark")
          .row("quarantine", "executor", "hadoop", "rows")
          .row("infer", "cache", "executor", "hadoop", "metrics", "parquet", "quarantine", "rows")
          .row("write", "config", "hadoop", "parquet", "quarantine", "rows")
          .row("results", "config", "hadoop")
          .row("show", "config", "results", "terminal")
          .row("export", "config", "hadoop", "results", "terminal", "write")
          .row("topics", "hadoop", "parquet", "prepare", "rows")
          .row("trial", "prepare", "report", "rows", "terminal")
          .allBut("run", "export", "results", "show", "trial")
          .allBut("cli")
          .allBut(ROOT)
          .rule();

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching(JOB + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noTensorsInTheJob =
      noClasses()
          .that()
          .resideInAPackage(JOB + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "io.turnmill.torch..", "io.turnmill.token..");

  @ArchTest
  static final ArchRule theCoreKnowsNoJob =
      noClasses()
          .that()
          .resideOutsideOfPackage(JOB + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JOB + "..");

  @ArchTest
  static final ArchRule whatPeopleReadNeedsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(JOB + ".config..", JOB + ".terminal..", JOB + ".report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsItsLibrary =
      noClasses()
          .that()
          .resideInAPackage(JOB + "..")
          .and()
          .resideOutsideOfPackage(JOB + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static void theTableForPeopleHasEveryPackage(JavaClasses classes) {
    Set<String> packages =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(JOB + "."))
            .map(name -> name.substring(JOB.length() + 1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(packages)
        .contains("run")
        .allSatisfy(
            name -> assertThat(Path.of("README.md")).content().contains("\n| `" + name + "` |"));
  }

  @ArchTest
  static void everyPackageSaysWhatItIsFor(JavaClasses classes) {
    Set<String> packages =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.equals(JOB) || name.startsWith(JOB + "."))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(packages)
        .contains(JOB, JOB + ".run")
        .allSatisfy(
            name ->
                assertThat(Path.of("src/main/java", name.split("[.]")).resolve("package-info.java"))
                    .content()
                    .contains(" first")
                    .contains("package " + name + ";"));
  }

  /** The table as it grows. */
  private static final class Table {
    private final Set<String> packages = new TreeSet<>();
    private LayeredArchitecture rows =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage(JOB + "..");

    /** A package and those that it may use. */
    Table row(String name, String... mayUse) {
      String identifier = name.equals(ROOT) ? JOB : JOB + "." + name + "..";
      rows = rows.layer(name).definedBy(identifier);
      rows =
          mayUse.length == 0
              ? rows.whereLayer(name).mayNotAccessAnyLayer()
              : rows.whereLayer(name).mayOnlyAccessLayers(mayUse);
      packages.add(name);
      return this;
    }

    /** A package that may use every one of the rows above, with these exceptions. */
    Table allBut(String name, String... exceptions) {
      Set<String> mayUse = new TreeSet<>(packages);
      mayUse.removeAll(Set.of(exceptions));
      return row(name, mayUse.toArray(String[]::new));
    }

    ArchRule rule() {
      return rows.ensureAllClassesAreContainedInArchitectureIgnoring(
          resideOutsideOfPackage(JOB + ".."));
    }
  }
}
