package io.turnmill.runtime;

/**
 * How much memory of a device a model may take beyond its weights, which are there already.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param totalBytes of the device; on the CPU what is free, as its memory is everybody's
 * @param freeBytes what the device could still give
 * @param utilization share of {@code totalBytes} that may be in use
 */
record DeviceMemory(String device, long totalBytes, long freeBytes, double utilization) {

  /**
   * Of the memory of a host so much is free, and a share of that may be taken.
   *
   * @param freeBytes as the operating system counts them, for which mapped files are free
   * @param mappedBytes of weights in such files, which are to stay in memory all the same
   */
  static DeviceMemory ofHost(long freeBytes, long mappedBytes, double utilization) {
    long free = Math.max(0, freeBytes - mappedBytes);
    return new DeviceMemory("cpu", free, free, utilization);
  }

  boolean onCpu() {
    return device.equals("cpu");
  }

  /** For cache and passes: what may be in use, less what is. */
  long budget() {
    return Math.max(0, (long) (totalBytes * utilization) - (totalBytes - freeBytes));
  }

  /** The setting that decides. */
  String setting() {
    return onCpu() ? "engine.cpu_memory_utilization" : "engine.gpu_memory_utilization";
  }

  /** What it is made of, for people. */
  String explained() {
    String free = SpecFacts.size(freeBytes) + " free on " + device;
    String total = onCpu() ? "" : " of " + SpecFacts.size(totalBytes);
    return "%s (%s = %s of %s%s)"
        .formatted(SpecFacts.size(budget()), setting(), utilization, free, total);
  }
}
