package io.turnmill.bench;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What this process holds, as the kernel and glibc see it; on Linux with glibc 2.33 or later.
 *
 * @param resident pages in memory
 * @param allocated what {@code malloc} gave out and did not get back
 * @param slack what {@code malloc} got back and keeps, in pieces between what is allocated
 */
record NativeMemory(long resident, long allocated, long slack) {

  /** {@code struct mallinfo2}. */
  @FieldOrder({
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost"
  })
  public static final class MallocInfo extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd;
    public long usmblks;
    public long fsmblks;
    public long uordblks;
    public long fordblks;
    public long keepcost;
  }

  static NativeMemory now() throws IOException {
    Function mallinfo = NativeLibrary.getInstance("c").getFunction("mallinfo2");
    MallocInfo info = (MallocInfo) mallinfo.invoke(MallocInfo.class, new Object[0]);
    return new NativeMemory(status("VmRSS"), info.uordblks + info.hblkhd, info.fordblks);
  }

  /** The most that was ever resident. */
  static long peakResidentBytes() throws IOException {
    return status("VmHWM");
  }

  /** Bytes by their name in proc_pid_status(5). */
  private static long status(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IllegalStateException("no " + name + " in /proc/self/status");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d MB | %,.1f MB | %,.1f MB",
        resident >> 20,
        allocated / 1048576.0,
        slack / 1048576.0);
  }
}
