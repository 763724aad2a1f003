package org.cycleqd.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An endpoint of the OpenAI protocol on the loopback interface. There is no key, since only this
 * machine can reach it; requests that a web page could cause are refused.
 */
public final class ModelServer implements AutoCloseable {

  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  private final Endpoints endpoints;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * What a server may do.
   *
   * @param port 0 for any that is free
   * @param queue requests that may wait for a place; more are told to come again later
   * @param seed of the draws for requests that name none; each gets draws of its own
   */
  public record Options(int port, int queue, long seed) {

    /** Checks the ranges. */
    public Options {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: found %d, expected 0 to 65535".formatted(port));
      }
      if (queue < 0) {
        throw new IllegalArgumentException("queue: found %d, expected 0 or more".formatted(queue));
      }
    }
  }

  private ModelServer(Endpoints endpoints, HttpServer server) {
    this.endpoints = endpoints;
    this.server = server;
  }

  /**
   * Begins to answer.
   *
   * @param model stays the caller's, who closes it after the server
   * @throws IOException if the port is taken
   */
  public static ModelServer start(ServedModel model, Options options, InstantSource clock)
      throws IOException {
    // Else the system may hold back a streamed token until the one before it is acknowledged.
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port());
    HttpServer http;
    try {
      http = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("port %d: %s".formatted(options.port(), e.getMessage()), e);
    }
    ModelServer server = new ModelServer(new Endpoints(model, options, clock), http);
    http.setExecutor(server.threads);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** What clients take as their base, such as {@code http://127.0.0.1:8000/v1}. */
  public URI base() {
    return URI.create("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) {
    Connection connection = new Connection(exchange);
    try {
      endpoints.answer(connection);
    } catch (IOException e) {
      // The client is gone; its answers were cancelled on the way here.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
    }
  }

  /** Stops answering: what is under way is told so. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
