package org.cycleqd.task.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** A database on a server. */
final class ServerDatabase extends DbDatabase {

  /** What the driver puts before a server's message. */
  private static final Pattern PREFIX = Pattern.compile("^\\(conn=[^)]*\\)\\s*");

  private final DbServer.Place place;

  private ServerDatabase(DbRecord record, Connection connection, DbServer.Place place) {
    super(record, connection);
    this.place = place;
  }

  /**
   * Makes a record's table.
   *
   * @param connection to the empty database, closed with the database
   * @param place likewise; the caller's where an exception is thrown
   */
  static DbDatabase open(DbRecord record, Connection connection, DbServer.Place place)
      throws SQLException {
    ServerDatabase database = new ServerDatabase(record, connection, place);
    try {
      database.fill("TEXT");
      return database;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  String translated(String sql) {
    return sql;
  }

  /** As Python's driver writes it. */
  @Override
  String told(SQLException error) {
    String message = PREFIX.matcher(String.valueOf(error.getMessage())).replaceFirst("");
    return error.getErrorCode() <= 0
        ? message
        : "%d (%s): %s".formatted(error.getErrorCode(), error.getSQLState(), message);
  }

  @Override
  public void close() throws SQLException {
    try (place) {
      super.close();
    }
  }
}
