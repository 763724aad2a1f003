package org.cycleqd.task.db;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A MariaDB server of a test's own, with its data in a folder of the test's. */
final class MariaDb implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);

  private final Process server;
  private final String url;

  private MariaDb(Process server, String url) {
    this.server = server;
    this.url = url;
  }

  private static String program(String name) {
    List<String> folders = new ArrayList<>(List.of("/usr/sbin", "/usr/local/sbin"));
    folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)));
    Optional<Path> found =
        folders.stream()
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .map(Path::toString)
        .orElseGet(() ->
            Assumptions.abort(
                "there is no %s here: apt-get install mariadb-server".formatted(name)));
  }

  /**
   * Starts a server, or gives the test up where there is none.
   *
   * @param folder a short path to an empty folder
   */
  static MariaDb start(Path folder) throws IOException, InterruptedException {
    String daemon = program("mariadbd");
    String install = program("mariadb-install-db");
    String data = "--datadir=" + folder.resolve("data");
    List<String> user =
        System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
    List<String> words = new ArrayList<>(List.of(install, "--no-defaults", data));
    words.addAll(List.of("--auth-root-authentication-method=normal", "--skip-test-db"));
    words.addAll(user);
    Path log = folder.resolve("log");
    Process made = begin(words, log);
    if (!made.waitFor(START.toSeconds(), TimeUnit.SECONDS) || made.exitValue() != 0) {
      throw new IOException(Files.readString(log));
    }
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    words = new ArrayList<>(List.of(daemon, "--no-defaults", data, "--bind-address=127.0.0.1"));
    words.addAll(List.of("--port=" + port, "--socket=" + folder.resolve("socket")));
    words.addAll(user);
    MariaDb database =
        new MariaDb(begin(words, log), "jdbc:mysql://127.0.0.1:%d/?user=root".formatted(port));
    long end = System.nanoTime() + START.toNanos();
    while (!database.answers()) {
      if (!database.server.isAlive() || System.nanoTime() > end) {
        database.close();
        throw new IOException(Files.readString(log));
      }
      Thread.sleep(50);
    }
    return database;
  }

  private static Process begin(List<String> words, Path log) throws IOException {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private boolean answers() {
    try (Connection connection = connect()) {
      return connection.isValid(5);
    } catch (SQLException notYet) {
      return false;
    }
  }

  /** An administrator's connection. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url.replace("mysql", "mariadb"));
  }

  /** The address as a user gives it. */
  String url() {
    return url;
  }

  @Override
  public void close() {
    server.destroy();
    if (server.onExit().completeOnTimeout(server, 30, TimeUnit.SECONDS).join().isAlive()) {
      Stream.concat(server.descendants(), Stream.of(server.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
    }
  }
}
