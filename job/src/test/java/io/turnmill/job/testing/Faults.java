package io.turnmill.job.testing;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Exceptions of many kinds, thrown where a text asks for them. Their messages are a secret. */
public final class Faults {
  /** Never to be seen in results or logs. */
  public static final String SECRET = "what somebody said";

  private static final List<Supplier<Throwable>> ALL =
      List.of(
          () -> new ClassCastException(SECRET),
          () -> new StackOverflowError(SECRET),
          () -> new IllegalStateException("a fault was injected. This is a bug."),
          () -> new IllegalStateException(SECRET),
          () -> new NoClassDefFoundError(SECRET),
          () -> new IndexOutOfBoundsException(SECRET),
          () -> new AssertionError(SECRET));

  public static final int KINDS = ALL.size();
  private static final Pattern MARK = Pattern.compile("FAULT-(\\w+)-(\\d+)");

  private Faults() {}

  /** What a text holds so that a step throws an exception of a kind. */
  public static String mark(String step, int kind) {
    return "FAULT-" + step + "-" + kind;
  }

  /** Throws if the text is marked for the step. */
  public static void raise(String step, String text) {
    Matcher mark = MARK.matcher(text);
    while (mark.find()) {
      if (mark.group(1).equals(step)) {
        raise(Integer.parseInt(mark.group(2)));
      }
    }
  }

  public static void raise(int kind) {
    Faults.<RuntimeException>sneak(ALL.get(kind).get());
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** The code of what ends so. */
  public static String code(int kind) {
    return kind == 2 ? "bug" : "internal_error";
  }

  public static String detail(String step, int kind) {
    return step + ": " + ALL.get(kind).get().getClass().getName();
  }
}
