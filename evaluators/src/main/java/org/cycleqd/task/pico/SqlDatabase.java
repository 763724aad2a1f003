package org.cycleqd.task.pico;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * The two tables in a database in memory that can only be read.
 *
 * <p>A query may take a fixed number of SQLite's own instructions rather than a time, so whether a
 * query is cut does not depend on the machine. Values are kept short because the work of one
 * instruction, such as a LIKE, grows with them.
 */
final class SqlDatabase implements AutoCloseable {
  private static final int INSTRUCTIONS_PER_CALL = 1_000;
  private static final int MOST_CALLS = 1_000;
  private static final int LONGEST_VALUE = 500;
  private static final int LONGEST_PATTERN = 50;

  private final Connection connection;
  private int calls;

  private SqlDatabase(Connection connection) {
    this.connection = connection;
  }

  static SqlDatabase open() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:", settings());
    try {
      for (Table table : Table.ALL) {
        fill(connection, table);
      }
      SqlDatabase database = new SqlDatabase(connection);
      database.restrict();
      return database;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  /** Starts the count of instructions anew. */
  void allowFreshWork() {
    calls = 0;
  }

  /** Whether the query used its instructions up. */
  boolean isExhausted() {
    return calls > MOST_CALLS;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static Properties settings() {
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(false);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config.toProperties();
  }

  private static void fill(Connection connection, Table table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE %s (%s TEXT, %s TEXT, %s TEXT, %s INTEGER, %s INTEGER)"
              .formatted(
                  table.name(),
                  table.columns().get(0),
                  table.columns().get(1),
                  table.columns().get(2),
                  table.columns().get(3),
                  table.columns().get(4)));
    }
    String places = String.join(",", Collections.nCopies(table.columns().size(), "?"));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table.name() + " VALUES (" + places + ")")) {
      for (List<Object> row : table.rows()) {
        for (int column = 0; column < row.size(); column++) {
          insert.setObject(column + 1, row.get(column));
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void restrict() throws SQLException {
    SQLiteConnection sqlite = connection.unwrap(SQLiteConnection.class);
    sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
    sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only=ON");
    }
    ProgressHandler.setHandler(
        connection,
        INSTRUCTIONS_PER_CALL,
        new ProgressHandler() {
          @Override
          protected int progress() {
            calls++;
            return isExhausted() ? 1 : 0;
          }
        });
  }
}
