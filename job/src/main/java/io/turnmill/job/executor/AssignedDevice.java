package io.turnmill.job.executor;

import io.turnmill.model.ModelException;
import io.turnmill.runtime.ModelRuntime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device on which a task's model runs. */
final class AssignedDevice {
  private static final String GPU = "gpu";
  private static final Logger LOG = LoggerFactory.getLogger(AssignedDevice.class);

  /** Once in each executor, not once for each task. */
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private AssignedDevice() {}

  /**
   * The device of the present task.
   *
   * @param asked {@code auto}, {@code cpu}, {@code cuda}, or a device, which stays as it is
   * @return {@code cpu}, or {@code cuda:N} with the address that Spark gave
   */
  static String of(String asked) {
    TaskContext task = TaskContext.get();
    return of(
        asked,
        task == null ? Map.of() : task.resourcesJMap(),
        ExecutorProcess.isDriver(),
        ModelRuntime::gpus);
  }

  /**
   * @param resources of the task, by name
   * @param local whether Spark runs in one process, where it assigns no resources
   * @param seen counts the GPUs that PyTorch sees; asked only where Spark assigned one
   * @throws ModelException when a GPU was asked for and none was assigned, or one without a number
   */
  static String of(
      String asked, Map<String, ResourceInformation> resources, boolean local, IntSupplier seen) {
    return switch (asked) {
      case "auto" -> gpu(resources).filter(gpu -> isSeen(gpu, seen)).orElse("cpu");
      case "cuda" -> gpu(resources).or(() -> first(local)).orElseThrow(AssignedDevice::none);
      default -> asked;
    };
  }

  /** Warns once about what could be noticed only by the speed. */
  private static boolean isSeen(String gpu, IntSupplier seen) {
    if (seen.getAsInt() > 0) {
      return true;
    }
    if (!SAID.getAndSet(true)) {
      LOG.warn(
          "Spark assigned {}, but PyTorch sees no GPU on this host: the model runs on the CPU. For"
              + " GPUs, let PYTORCH_LIBRARY_PATH name a CUDA build of PyTorch 2.7.1;"
              + " model.device = cuda makes this an error.",
          gpu);
    }
    return false;
  }

  private static Optional<String> gpu(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get(GPU);
    if (gpu == null || gpu.addresses().length == 0) {
      return Optional.empty();
    }
    String address = gpu.addresses()[0];
    if (!address.matches("\\d{1,4}")) {
      throw new ModelException(
          "Spark assigned the GPU '%s', which is not a number. Let the discovery script print the numbers that nvidia-smi gives to GPUs."
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
