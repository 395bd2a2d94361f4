package io.turnmill.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Locale;
import java.util.TimeZone;

/**
 * What a machine is set to decides nothing. Error Prone finds the methods that take a locale, a
 * character set or a time zone where they were given none; here are the others.
 */
@AnalyzeClasses(
    packages = "io.turnmill",
    importOptions = {ImportOption.DoNotIncludeTests.class, MachineDefaultsTest.NoTestJar.class})
class MachineDefaultsTest {
  /** Tests of the other module are classes in a folder, or in a jar once it is packaged. */
  static final class NoTestJar implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule nobodyAsksForThem =
      noClasses()
          .should()
          .callMethod(Locale.class, "getDefault")
          .orShould()
          .callMethod(Charset.class, "defaultCharset")
          .orShould()
          .callMethod(ZoneId.class, "systemDefault")
          .orShould()
          .callMethod(TimeZone.class, "getDefault");

  @ArchTest
  static final ArchRule printedTextHasACharacterSet =
      noClasses()
          .should()
          .callConstructor(PrintStream.class, OutputStream.class)
          .orShould()
          .callConstructor(PrintStream.class, OutputStream.class, boolean.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
