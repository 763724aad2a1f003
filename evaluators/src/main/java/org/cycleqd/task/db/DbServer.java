package org.cycleqd.task.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A MySQL or MariaDB server, the engine of DBBench's authors. Each record has a database of its own
 * there and a user who may use nothing else; both are dropped when the record is closed.
 */
public final class DbServer implements DbEngine {

  private static final Pattern URL =
      Pattern.compile("jdbc:(?:mysql|mariadb)://([^/?]+)(?:/[^?]*)?(?:\\?(.*))?");

  /** What the address must not decide on for statements that a model wrote. */
  private static final List<String> OWN =
      List.of("user", "password", "allowlocalinfile", "allowmultiqueries", "sockettimeout");

  private static final int MOST_SECONDS = 10;

  /** When a connection is given up; the server should have ended the statement before. */
  private static final int SILENCE_MILLIS = 20_000;

  private final String host;
  private final String options;
  private final Properties administrator;

  private DbServer(String host, String options, Properties administrator) {
    this.host = host;
    this.options = options;
    this.administrator = administrator;
  }

  /**
   * Tries the server.
   *
   * @param url such as {@code jdbc:mysql://localhost:3306/?user=root}; a database in it is no
   *     matter
   * @param password of the user, if it is not in the address
   * @throws IllegalArgumentException if the address is none; the message does not repeat it, since
   *     it may hold a password
   * @throws SQLException if there is no such server, or the user may not make databases and users
   *     there
   */
  public static DbServer at(String url, Optional<String> password) throws SQLException {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "expected an address like jdbc:mysql://localhost:3306/?user=root (or jdbc:mariadb:...)");
    }
    List<String> given =
        parts.group(2) == null ? List.of() : Arrays.asList(parts.group(2).split("&", -1));
    Properties administrator = new Properties();
    for (String option : given) {
      String name = name(option);
      if (name.equals("user") || name.equals("password")) {
        administrator.setProperty(name, option.substring(option.indexOf('=') + 1));
      }
    }
    password.ifPresent(word -> administrator.setProperty("password", word));
    String rest =
        given.stream()
            .filter(option -> !OWN.contains(name(option)))
            .collect(Collectors.joining("&"));
    DbServer server = new DbServer(parts.group(1), rest, administrator);
    try (Place place = server.place()) {
      server.connect(place).close();
    }
    return server;
  }

  private static String name(String option) {
    int sign = option.indexOf('=');
    return (sign < 0 ? option : option.substring(0, sign)).toLowerCase(Locale.ROOT);
  }

  private String address(String database) {
    return "jdbc:mariadb://" + host + "/" + database + (options.isEmpty() ? "" : "?" + options);
  }

  @Override
  public DbDatabase open(DbRecord record) throws SQLException {
    Place place = place();
    try {
      return ServerDatabase.open(record, connect(place), place);
    } catch (SQLException e) {
      place.close();
      throw e;
    }
  }

  /** A database and its user on the server, until it is closed. */
  static final class Place implements AutoCloseable {
    private final Connection connection;
    private final String name;
    private final String word;

    private Place(Connection connection, String name, String word) {
      this.connection = connection;
      this.name = name;
      this.word = word;
    }

    @Override
    public void close() throws SQLException {
      try (connection;
          Statement statement = connection.createStatement()) {
        statement.execute("DROP DATABASE IF EXISTS " + name);
        statement.execute("DROP USER IF EXISTS '%s'@'%%'".formatted(name));
      }
    }
  }

  private Place place() throws SQLException {
    Connection connection = DriverManager.getConnection(address(""), administrator);
    // Only for names that nobody else has; results do not depend on it. There is no underscore in
    // it, which a grant would take for any character, and users of MySQL have 32 characters.
    String name = "cycleqd" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
    Place place = new Place(connection, name, UUID.randomUUID().toString());
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci".formatted(name));
      statement.execute("CREATE USER '%s'@'%%' IDENTIFIED BY '%s'".formatted(name, place.word));
      statement.execute("GRANT ALL PRIVILEGES ON %s.* TO '%s'@'%%'".formatted(name, name));
      return place;
    } catch (SQLException e) {
      try {
        place.close();
      } catch (SQLException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private Connection connect(Place place) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", place.name);
    properties.setProperty("password", place.word);
    properties.setProperty("allowLocalInfile", "false");
    properties.setProperty("allowMultiQueries", "false");
    properties.setProperty("socketTimeout", Integer.toString(SILENCE_MILLIS));
    Connection connection = DriverManager.getConnection(address(place.name), properties);
    boolean maria = connection.getMetaData().getDatabaseProductName().contains("Maria");
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          maria
              ? "SET max_statement_time = " + MOST_SECONDS
              : "SET max_execution_time = " + 1000 * MOST_SECONDS);
      // Published hashes are of a server where a text that is no number compares with a number.
      statement.execute(
          "SET sql_mode = REPLACE(REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', ''), 'STRICT_ALL_TABLES', '')");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
