package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process whose parser does what the name of the file says. */
public final class MisbehavingMain {
  private static final List<byte[]> LEAK = new ArrayList<>();

  private MisbehavingMain() {}

  public static void main(String[] args) {
    ParserMain.serve(Path.of(args[0]), MisbehavingMain::parse);
  }

  private static ParseReply parse(ParseRequest request) {
    return switch (request.name()) {
      case "hang" -> hang();
      case "exit" -> exit();
      case "overflow" -> overflow(0);
      case "memory" -> take(1 << 20, new ArrayList<>());
      case "leak" -> take(35, LEAK);
      case "hungry" -> take(25, new ArrayList<>());
      case "garbage" -> garbage();
      case "thread" -> threads();
      default ->
          ParseReply.of(
              DocumentText.of(ProcessHandle.current().pid() + " " + Files.exists(request.file())),
              DocumentMetadata.of("text/plain"));
    };
  }

  @SuppressWarnings("InfiniteLoop")
  private static ParseReply hang() {
    long i = 0;
    while (i >= 0) {
      i = (i + 1) & 0xFFFF;
    }
    throw new IllegalStateException();
  }

  private static ParseReply exit() {
    System.exit(7);
    return overflow(0);
  }

  private static ParseReply overflow(int depth) {
    return depth < 0 ? hang() : overflow(depth + 1);
  }

  private static ParseReply take(int megabytes, List<byte[]> all) {
    while (all.size() < megabytes) {
      all.add(new byte[1 << 20]);
    }
    return ParseReply.of(DocumentText.of("" + all.size()), DocumentMetadata.of("text/plain"));
  }

  /** A parser that prints, past {@code System.out}. */
  private static ParseReply garbage() {
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write(new byte[] {1, 1, 127, 127, 127, 127, 1, 2, 3});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return hang();
  }

  /** A parser that leaves a thread behind and prints to {@code System.out}. */
  private static ParseReply threads() {
    new Thread(MisbehavingMain::hang).start();
    System.out.println("noise");
    return ParseReply.of(DocumentText.of("done"), DocumentMetadata.of("text/plain"));
  }
}
