package io.turnmill.job.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an HTTP server on the loopback and fails a share of the requests, drawn by a seed.
 * Each connection serves one request.
 */
public final class FaultyProxy implements AutoCloseable {
  /** What may go wrong with a request. */
  public enum Fault {
    /** The server is broken: 500. */
    ERROR,
    /** The server is busy: 503. */
    SLOW_DOWN,
    /** The connection ends without an answer, before the server has seen the request. */
    REFUSED,
    /** The connection ends in the middle of the answer; the server has done what it was asked. */
    CUT
  }

  private static final Pattern LENGTH =
      Pattern.compile("^content-length: *(\\d+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  private static final int LONGEST_HEAD = 1 << 16;

  private final ServerSocket listener;
  private final int server;
  private final Random random;
  private final double share;
  private final Queue<String> heads = new ConcurrentLinkedQueue<>();
  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

  private FaultyProxy(ServerSocket listener, int server, long seed, double share) {
    this.listener = listener;
    this.server = server;
    this.random = new Random(seed);
    this.share = share;
  }

  /**
   * Starts it.
   *
   * @param server its port
   * @param share of requests that fail, from 0 to 1
   */
  public static FaultyProxy start(int server, long seed, double share) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FaultyProxy proxy = new FaultyProxy(listener, server, seed, share);
    FaultyRelay.start(proxy::accept);
    return proxy;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Request lines and headers of all requests until now. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  /** How often each fault has happened. */
  public synchronized Map<Fault, Integer> faults() {
    return new EnumMap<>(done);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        FaultyRelay.start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      String head = head(client.getInputStream());
      heads.add(head);
      Fault fault = draw(head);
      if (fault == Fault.REFUSED) {
        return;
      }
      if (fault == Fault.ERROR || fault == Fault.SLOW_DOWN) {
        answer(client, head, fault == Fault.ERROR ? "500 Internal Error" : "503 Slow Down");
        return;
      }
      forward(client, head, fault == Fault.CUT);
    } catch (IOException e) {
      // One of the two has hung up.
    }
  }

  /** Null for most requests. A POST is not cut: S3 itself takes a repeated one for the same. */
  private synchronized Fault draw(String head) {
    if (random.nextDouble() >= share) {
      return null;
    }
    Fault[] kinds = Fault.values();
    Fault fault = kinds[random.nextInt(kinds.length)];
    if (fault == Fault.CUT && head.startsWith("POST")) {
      fault = Fault.REFUSED;
    }
    done.merge(fault, 1, Integer::sum);
    return fault;
  }

  /** Up to the empty line, which belongs to it. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new EOFException();
      }
      head.write(next);
      boolean expected = next == (ends % 2 == 0 ? '\r' : '\n');
      ends = expected ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Takes the body first, if it comes unasked: a client that still writes does not listen. */
  private static void answer(Socket client, String head, String status) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (length.find() && !head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
      client.getInputStream().skipNBytes(Long.parseLong(length.group(1)));
    }
    write(client, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.shutdownOutput();
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** One request only: both sides are told that the connection ends behind it. */
  private void forward(Socket client, String head, boolean cut) throws IOException {
    try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
      behind.setTcpNoDelay(true);
      write(
          behind,
          head.replaceAll("(?i)\r\nconnection: [^\r]*", "")
              .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n"));
      FaultyRelay.start(() -> pump(client, behind));
      InputStream in = behind.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[1 << 14];
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        if (cut) {
          out.write(buffer, 0, half(buffer, bytes));
          in.transferTo(OutputStream.nullOutputStream());
          return;
        }
        out.write(buffer, 0, bytes);
      }
    }
  }

  /** The head of an answer and half of its body; nothing of an answer without one. */
  private static int half(byte[] answer, int bytes) {
    int body = new String(answer, 0, bytes, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    return body < bytes ? body + (bytes - body) / 2 : 0;
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The answer has come, and both are closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
