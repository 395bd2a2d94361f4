package io.turnmill.job.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server on the loopback, and fails as told. */
public final class FaultyRelay implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  /** So many connections still to come are answered by "503 Slow Down". */
  public final AtomicInteger busyAnswers = new AtomicInteger();

  private final AtomicLong cutBehind = new AtomicLong(NEVER);
  private final ServerSocket listener;
  private final int server;

  private FaultyRelay(ServerSocket listener, int server) {
    this.listener = listener;
    this.server = server;
  }

  public static FaultyRelay to(int server) throws IOException {
    FaultyRelay relay =
        new FaultyRelay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
    start(relay::accept);
    return relay;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Cuts the first connection that has answered with so many bytes, in the middle. */
  public void cutOnceBehind(long bytes) {
    cutBehind.set(bytes);
  }

  /** Whether a connection was cut. */
  public boolean hasCut() {
    return cutBehind.get() == NEVER;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (busyAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        answerBusy(client);
        return;
      }
      try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
        // Else each small piece waits for the answer to the one before.
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        start(() -> pump(client, behind, false));
        pump(behind, client, true);
      }
    } catch (IOException e) {
      // One of the two has hung up.
    }
  }

  private static void answerBusy(Socket client) throws IOException {
    client.getInputStream().read(new byte[1 << 16]); // one request without a body
    client
        .getOutputStream()
        .write(
            "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** Until one of them ends, or is cut among the answers; both are closed then. */
  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[1 << 13];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      long total = 0;
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        out.write(buffer, 0, bytes);
        total += bytes;
        long limit = cutBehind.get();
        if (answers && total > limit && cutBehind.compareAndSet(limit, NEVER)) {
          return;
        }
      }
    } catch (IOException e) {
      // One of the two has hung up.
    }
  }

  public static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
