package org.cycleqd.task.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.Collation;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * A database in memory. Statements reach nothing else, and may take a fixed number of SQLite's own
 * instructions.
 */
final class EmbeddedDatabase extends DbDatabase {
  private static final int INSTRUCTIONS_PER_CALL = 10_000;
  private static final int MOST_CALLS = 1_000;
  private static final int LONGEST_VALUE = 1 << 20;

  private int calls;

  private EmbeddedDatabase(DbRecord record, Connection connection) {
    super(record, connection);
  }

  /**
   * Makes a record's table, every column a text.
   *
   * @throws SQLException if that cannot be: a column's name is there twice, or a row too long
   */
  static DbDatabase open(DbRecord record) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(false);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite::memory:", config.toProperties());
    try {
      Collation.create(
          connection,
          "mysql",
          new Collation() {
            @Override
            protected int xCompare(String first, String second) {
              return MySqlText.compare(first, second);
            }
          });
      EmbeddedDatabase database = new EmbeddedDatabase(record, connection);
      database.fill("TEXT COLLATE mysql");
      database.restrict(connection);
      return database;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private void restrict(Connection connection) throws SQLException {
    SQLiteConnection sqlite = connection.unwrap(SQLiteConnection.class);
    sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
    sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    ProgressHandler.setHandler(
        connection,
        INSTRUCTIONS_PER_CALL,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return ++calls > MOST_CALLS ? 1 : 0;
          }
        });
  }

  @Override
  String translated(String sql) {
    return MySqlText.translated(sql);
  }

  @Override
  void begin() {
    calls = 0;
  }

  @Override
  String told(SQLException error) {
    return calls > MOST_CALLS ? "the statement took too long" : String.valueOf(error.getMessage());
  }
}
