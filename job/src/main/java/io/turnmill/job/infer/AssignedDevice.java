package io.turnmill.job.infer;

import io.turnmill.model.ModelException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The device on which a task's model runs. */
final class AssignedDevice {
  private static final String GPU = "gpu";

  private AssignedDevice() {}

  /**
   * For the present task.
   *
   * @param asked {@code auto}, {@code cpu}, {@code cuda}, or a device, which stays as it is
   * @return {@code cpu}, or {@code cuda:N} with the address that Spark gave
   */
  static String of(String asked) {
    TaskContext task = TaskContext.get();
    SparkEnv env = SparkEnv.get();
    boolean local = env == null || env.executorId().equals("driver");
    return of(asked, task == null ? Map.of() : task.resourcesJMap(), local);
  }

  /**
   * @param resources of the task, by name
   * @param local whether Spark runs in one process, where it assigns no resources
   * @throws ModelException when a GPU was asked for and none was assigned, or one without a number
   */
  static String of(String asked, Map<String, ResourceInformation> resources, boolean local) {
    return switch (asked) {
      case "auto" -> gpu(resources).orElse("cpu");
      case "cuda" -> gpu(resources).or(() -> first(local)).orElseThrow(AssignedDevice::none);
      default -> asked;
    };
  }

  private static Optional<String> gpu(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get(GPU);
    if (gpu == null || gpu.addresses().length == 0) {
      return Optional.empty();
    }
    String address = gpu.addresses()[0];
    if (!address.matches("\\d{1,4}")) {
      throw new ModelException(
          "Spark assigned the GPU '%s', which is no number. Let the discovery script print the numbers that nvidia-smi gives to GPUs."
              .formatted(address));
    }
    return Optional.of("cuda:" + address);
  }

  /** In local mode Spark knows nothing of GPUs, and the first one is meant. */
  private static Optional<String> first(boolean local) {
    return local ? Optional.of("cuda:0") : Optional.empty();
  }

  private static ModelException none() {
    return new ModelException(
        "model.device = cuda, but Spark assigned no GPU to the task. Set"
            + " spark.executor.resource.gpu.amount, spark.task.resource.gpu.amount and a discovery"
            + " script, or model.device = cpu.");
  }
}
