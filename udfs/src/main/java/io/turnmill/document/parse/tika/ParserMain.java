package io.turnmill.document.parse.tika;

import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import io.turnmill.document.parse.TemporaryFolder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process that parses: requests come in through standard input, replies go out through standard
 * output, and when the input ends, the JVM that asked is gone and so is this one, even in the midst
 * of a file. It opens no connection to anywhere.
 */
public final class ParserMain {
  private static final Set<String> REMOTE = Set.of("http", "https", "ftp");
  private static final long STACK_BYTES = 8L << 20;

  /** The exit code of {@code -XX:+ExitOnOutOfMemoryError}, for those that Java code throws. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int FAILED = 4;

  private ParserMain() {}

  /** What parses a file. */
  @FunctionalInterface
  interface Parsing {
    ParseReply parse(ParseRequest request);
  }

  /**
   * Runs until standard input ends.
   *
   * @param args the folder to remove when the JVM that asked is gone
   */
  public static void main(String[] args) {
    serve(Path.of(args[0]), new FileParser()::parse);
  }

  static void serve(Path folder, Parsing parsing) {
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    System.setOut(nowhere);
    System.setErr(nowhere);
    URL.setURLStreamHandlerFactory(scheme -> REMOTE.contains(scheme) ? new NoConnection() : null);
    BlockingQueue<ParseRequest> requests = new LinkedBlockingQueue<>();
    Thread parser = new Thread(null, () -> reply(requests, out, parsing), "parser", STACK_BYTES);
    parser.setDaemon(true);
    parser.start();
    readRequests(requests);
    TemporaryFolder.delete(folder);
    Runtime.getRuntime().halt(0);
  }

  private static void readRequests(BlockingQueue<ParseRequest> requests) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)))) {
      while (true) {
        requests.add(ParseRequest.read(in));
      }
    } catch (IOException e) {
      // The JVM that asked has ended.
      return;
    }
  }

  private static void reply(
      BlockingQueue<ParseRequest> requests, DataOutputStream out, Parsing parsing) {
    try {
      new ParseReply(Optional.empty(), List.of()).write(out);
      while (true) {
        parsing.parse(requests.take()).write(out);
      }
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
    } catch (Throwable e) {
      Runtime.getRuntime().halt(FAILED);
    }
  }

  /** What opens a connection to another machine: nothing. */
  private static final class NoConnection extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      throw new IOException("A process that parses opens no connection.");
    }
  }
}
