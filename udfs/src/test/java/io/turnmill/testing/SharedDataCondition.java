package io.turnmill.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves out what needs {@link SharedData} where it is absent, and says so once at the end. */
final class SharedDataCondition implements ExecutionCondition {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedDataCondition.class);

  /** One for all tests of a module; closed with the outermost context, after the last test. */
  private record LeftOut(Set<String> suites) implements AutoCloseable {
    @Override
    public void close() {
      System.out.println(
          "Left out, because "
              + SharedData.folder()
              + " does not hold the published templates, tokenizers and conversations: "
              + String.join(", ", suites));
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (SharedData.isPresent()) {
      return ConditionEvaluationResult.enabled("shared data is there");
    }
    context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            LeftOut.class, key -> new LeftOut(new ConcurrentSkipListSet<>()), LeftOut.class)
        .suites()
        .add(name(context));
    return ConditionEvaluationResult.disabled("needs " + SharedData.folder());
  }

  private static String name(ExtensionContext context) {
    String suite = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> suite + "." + method.getName()).orElse(suite);
  }
}
