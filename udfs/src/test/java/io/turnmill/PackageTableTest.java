package io.turnmill;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of packages in {@code udfs/README.md}, as rules. */
@AnalyzeClasses(packages = "io.turnmill", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageTableTest {
  private static final String JSON = "com.fasterxml.jackson..";
  private static final String ARROW = "org.apache.arrow..";
  private static final String DJL = "ai.djl..";

  @ArchTest static final ArchRule sessionUsesNothing = mayUse("session");
  @ArchTest static final ArchRule cleanUsesSessionAlone = mayUse("clean", own("session"));
  @ArchTest static final ArchRule documentUsesNothing = mayUse("document");
  @ArchTest static final ArchRule documentParse = mayUse("document.parse", own("document"));

  @ArchTest
  static final ArchRule documentParseTika =
      mayUse(
          "document.parse.tika",
          own("document"),
          own("document.parse"),
          "org.apache.tika..",
          "org.apache.pdfbox..",
          "org.apache.poi..",
          "org.apache.james.mime4j..",
          "org.apache.commons.compress..",
          "org.jsoup..",
          "org.xml.sax..");

  @ArchTest
  static final ArchRule chunk = mayUse("chunk", own("document"), own("session"), "com.ibm.icu..");

  @ArchTest static final ArchRule tokenUsesNothing = mayUse("token");

  @ArchTest
  static final ArchRule tokenHf = mayUse("token.hf", own("token"), "ai.djl.huggingface..", JSON);

  @ArchTest static final ArchRule jinjaUsesJsonAlone = mayUse("prompt.jinja", JSON);

  @ArchTest
  static final ArchRule prompt =
      mayUse("prompt", own("prompt.jinja"), own("session"), own("token"), JSON);

  @ArchTest static final ArchRule model = mayUse("model", JSON);
  @ArchTest static final ArchRule inferenceUsesTokenAlone = mayUse("inference", own("token"));

  @ArchTest static final ArchRule engine = mayUse("engine", own("inference"), own("token"), ARROW);

  @ArchTest
  static final ArchRule engineDecode =
      mayUse("engine.decode", own("engine"), own("inference"), own("token"), ARROW);

  @ArchTest
  static final ArchRule engineEncode =
      mayUse("engine.encode", own("engine"), own("inference"), own("token"), ARROW);

  @ArchTest
  static final ArchRule torch =
      mayUse(
          "torch",
          own("torch.source"),
          own("engine"),
          own("engine.decode"),
          own("engine.encode"),
          own("inference"),
          own("model"),
          own("token"),
          DJL);

  @ArchTest static final ArchRule torchSourceUsesModelAlone = mayUse("torch.source", own("model"));

  @ArchTest
  static final ArchRule task =
      mayUse(
          "task",
          own("chunk"),
          own("document"),
          own("inference"),
          own("prompt"),
          own("prompt.jinja"),
          own("session"),
          own("token"));

  @ArchTest
  static final ArchRule taskAsk =
      mayUse(
          "task.ask",
          own("chunk"),
          own("inference"),
          own("prompt"),
          own("prompt.jinja"),
          own("session"),
          own("task"),
          "com.ibm.icu..");

  @ArchTest
  static final ArchRule taskMerge =
      mayUse(
          "task.merge",
          own("chunk"),
          own("document"),
          own("inference"),
          own("prompt"),
          own("prompt.jinja"),
          own("session"),
          own("task"),
          own("token"));

  /** The JDK alone says how much memory is free. */
  @ArchTest
  static final ArchRule runtime = mayUse("runtime", "io.turnmill..", JSON, "com.sun.management..");

  @ArchTest
  static void theTableForPeopleHasEveryPackage(JavaClasses classes) {
    Set<String> packages =
        classes.stream()
            .map(type -> type.getPackageName().replaceFirst("^io[.]turnmill[.]", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(packages)
        .contains("session", "engine.decode")
        .allSatisfy(
            name -> assertThat(Path.of("README.md")).content().contains("\n| `" + name + "` |"));
  }

  @ArchTest
  static final ArchRule noSparkOnTheWayToTheEngine =
      noClasses()
          .that()
          .resideInAPackage("io.turnmill..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..");

  @ArchTest
  static final ArchRule noCycles = slices().matching("io.turnmill.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule tensorsStayInTorch =
      noClasses()
          .that(not(resideInAnyPackage("io.turnmill.torch..", "io.turnmill.token.hf..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL);

  private static String own(String name) {
    return "io.turnmill." + name;
  }

  private static ArchRule mayUse(String name, String... others) {
    List<String> allowed = new ArrayList<>(List.of("java..", own(name)));
    allowed.addAll(List.of(others));
    DescribedPredicate<JavaClass> inAllowed = resideInAnyPackage(allowed.toArray(String[]::new));
    return classes()
        .that()
        .resideInAPackage(own(name))
        .should()
        .onlyDependOnClassesThat(
            describe(
                String.join(", ", allowed),
                type ->
                    type.getBaseComponentType().isPrimitive()
                        || inAllowed.test(type.getBaseComponentType())))
        .as(name + " may use " + String.join(", ", allowed));
  }
}
