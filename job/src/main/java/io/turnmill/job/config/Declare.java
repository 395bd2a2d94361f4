package io.turnmill.job.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the records below {@link JobConfig} declare settings. A component with {@link Doc} is a
 * setting; its key is the path to it, in lower case with underscores, as {@code sampling.top_p}.
 * Its Java type says what it takes: text, a number, a flag, a choice (an enum), a list or a map.
 * {@link Settings} derives everything else from that: reading and checking, the identity of a run,
 * the lists of settings, {@code conf/reference.conf} and the table for people.
 */
final class Declare {
  private Declare() {}

  /** Says what a setting is for, in one line for people. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Doc {
    String value();
  }

  /** The default, as a settings file writes it; a setting without one must be set. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Default {
    String value();
  }

  /** The bounds of a number, or of each number in a list or a map. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Range {
    /** The least number. */
    double from() default Double.NEGATIVE_INFINITY;

    /** What every number must be above; for fractions only, and instead of {@link #from}. */
    double above() default Double.NEGATIVE_INFINITY;

    /** The greatest number. */
    double to() default Double.POSITIVE_INFINITY;
  }

  /** The values of a text, a list or a map in words; those of other types follow from the type. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Words {
    /** Such as "path" or "list of paths". */
    String value();

    /** The texts of a list, one by one. */
    String item() default "text";

    /** Whether such a text may be white space alone; it is never empty. */
    boolean blankItem() default false;
  }

  /**
   * Marks what changes speed, places and limits only. Every other setting changes the results, so
   * that a run with another value is another run.
   */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Operation {}

  /** Under which name a model's {@code generation_config.json} recommends a value. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Recommended {
    String value();
  }

  /** The title of a group of settings, which is a component of {@link JobConfig}. */
  @Target(ElementType.RECORD_COMPONENT)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Section {
    String value();
  }
}
