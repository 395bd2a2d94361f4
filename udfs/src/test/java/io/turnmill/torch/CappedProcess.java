package io.turnmill.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.turnmill.torch.source.LinearKernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a JVM says of itself that was started under caps on the processor; its main class. */
final class CappedProcess {
  private static final String SAYS = "says ";

  private CappedProcess() {}

  /** Starts the JVM with variables of its environment, and waits for what it says, by name. */
  static Map<String, String> start(Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
    command.add(CappedProcess.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out;
    try (InputStream in = process.getInputStream()) {
      out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the process failed: " + out);
    }
    Map<String, String> said = new LinkedHashMap<>();
    out.lines()
        .filter(line -> line.startsWith(SAYS))
        .map(line -> line.substring(SAYS.length()).split("=", 2))
        .forEach(pair -> said.put(pair[0], pair[1]));
    return said;
  }

  public static void main(String[] args) {
    say("features", CpuFeatures.here());
    say("capability", capability());
    say("difference by pairs", Int8Products.greatestDifference(true));
    say("difference", Int8Products.greatestDifference(false));
    say("int8", TorchOptions.of(Precision.AUTO, Quantization.INT8, 1, "cpu").arithmetic());
    try {
      say("refusal", new TorchOptions(Precision.AUTO, LinearKernel.PREPACKED_INT8, 1, "cpu"));
    } catch (IllegalArgumentException e) {
      say("refusal", e.getMessage());
    }
  }

  private static void say(String name, Object value) {
    System.out.println(SAYS + name + "=" + value);
  }

  /**
   * What PyTorch takes this processor for: {@code std::string at::get_cpu_capability()} of its
   * library, whose result begins with the address of its characters.
   */
  static String capability() {
    PyTorch.engine();
    try (NativeLibrary torch =
            NativeLibrary.getInstance(LibUtils.getLibtorchPath() + "/libtorch_cpu.so");
        Memory text = new Memory(64)) {
      Function function = torch.getFunction("_ZN2at18get_cpu_capabilityB5cxx11Ev");
      function.invoke(void.class, new Object[] {text});
      return text.getPointer(0).getString(0);
    }
  }
}
