package org.cycleqd.remote;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A server below HTTP, which can break its rules. */
final class BrokenServer implements AutoCloseable {

  /** What is done with a connection after its request was read. */
  @FunctionalInterface
  interface Behaviour {
    void serve(Socket socket, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();
  private final Semaphore dropped = new Semaphore(0);

  BrokenServer(Behaviour behaviour) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(behaviour));
  }

  private void accept(Behaviour behaviour) {
    while (true) {
      try {
        Socket connection = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(connection, behaviour));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection, Behaviour behaviour) {
    try (connection) {
      readRequest(connection.getInputStream());
      behaviour.serve(connection, connection.getOutputStream());
    } catch (IOException e) {
      dropped.release();
    }
  }

  /** Reads head and body: with something unread, closing would reset the connection. */
  private static void readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the client dropped the connection");
      }
      head.append((char) next);
    }
    String length = head.toString().replaceFirst("(?is).*content-length: *(\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Begins a JSON answer whose length is not known. */
  static void beginChunks(OutputStream out) throws IOException {
    write(
        out,
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            "",
            ""));
  }

  /** Writes an answer that goes on for ever, a space at a time. */
  static void trickle(OutputStream out) throws IOException {
    beginChunks(out);
    try {
      while (true) {
        write(out, "1\r\n \r\n");
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Endpoint endpoint() {
    return Endpoint.of(URI.create("http://127.0.0.1:" + socket.getLocalPort()), "merged");
  }

  int connections() {
    return connections.get();
  }

  /** Waits until clients have dropped connections before they had all of an answer. */
  void awaitDrops(int count) throws InterruptedException {
    dropped.acquire(count);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
