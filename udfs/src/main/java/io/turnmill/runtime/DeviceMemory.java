package io.turnmill.runtime;

/**
 * How much memory of a device a model may take beyond its weights, which are loaded already.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param totalBytes all memory of the device; on the CPU only the free memory, because other
 *     processes use the rest
 * @param freeBytes how much memory the device could still give
 * @param utilization the share of {@code totalBytes} that may be in use
 */
record DeviceMemory(String device, long totalBytes, long freeBytes, double utilization) {

  /**
   * The memory of a host, of which a share of the free memory may be taken.
   *
   * @param freeBytes as the operating system counts them, for which mapped files are free
   * @param mappedBytes the size of the weights in mapped files, which should stay in memory
   */
  static DeviceMemory ofHost(long freeBytes, long mappedBytes, double utilization) {
    long free = Math.max(0, freeBytes - mappedBytes);
    return new DeviceMemory("cpu", free, free, utilization);
  }

  boolean onCpu() {
    return device.equals("cpu");
  }

  /** The memory for cache and passes: what may be in use, less what is in use. */
  long budget() {
    return Math.max(0, (long) (totalBytes * utilization) - (totalBytes - freeBytes));
  }

  /** The setting that decides how much memory may be in use. */
  String setting() {
    return onCpu() ? "engine.cpu_memory_utilization" : "engine.gpu_memory_utilization";
  }

  /** Explains the budget, for people. */
  String explained() {
    String free = SpecFacts.size(freeBytes) + " free on " + device;
    String total = onCpu() ? "" : " of " + SpecFacts.size(totalBytes);
    return "%s (%s = %s of %s%s)"
        .formatted(SpecFacts.size(budget()), setting(), utilization, free, total);
  }
}
