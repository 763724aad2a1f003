package org.cycleqd.task.db;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.Collation;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * A record's table in a database in memory of its own. Statements reach nothing else, and may take
 * a fixed number of SQLite's own instructions. One thread at a time.
 */
public final class DbDatabase implements AutoCloseable {
  private static final int INSTRUCTIONS_PER_CALL = 10_000;
  private static final int MOST_CALLS = 1_000;
  private static final int LONGEST_VALUE = 1 << 20;
  private static final int MOST_ROWS = 10_000;
  private static final int MOST_CHARACTERS = 800;

  /** Characters of a row's MD5 that the published hash is made of. */
  private static final int SHORT = 5;

  private final Connection connection;
  private final String table;
  private int calls;

  private DbDatabase(Connection connection, String table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * Makes a record's table, every column a text.
   *
   * @throws SQLException if that cannot be: a column's name is there twice, or a row too long
   */
  public static DbDatabase open(DbRecord record) throws SQLException {
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
      DbDatabase database = new DbDatabase(connection, record.table());
      database.fill(record);
      database.restrict();
      return database;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private void fill(DbRecord record) throws SQLException {
    String columns =
        record.columns().stream()
            .map(name -> quoted(name) + " TEXT COLLATE mysql")
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE %s (%s)".formatted(quoted(table), columns));
    }
    String places = String.join(",", Collections.nCopies(record.columns().size(), "?"));
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO %s VALUES (%s)".formatted(quoted(table), places))) {
      for (List<String> row : record.rows()) {
        if (row.size() != record.columns().size()) {
          throw new SQLException(
              "record %d: found a row of %d cells, expected %d"
                  .formatted(record.number(), row.size(), record.columns().size()));
        }
        for (int i = 0; i < row.size(); i++) {
          insert.setString(i + 1, row.get(i));
        }
        insert.executeUpdate();
      }
    }
  }

  private void restrict() throws SQLException {
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

  /**
   * Carries a statement out and says what a model sees of it: the rows as a list of tuples in
   * Python's form, cut at 800 characters with {@code [TRUNCATED]}, or the error.
   */
  public String execute(String sql) {
    String text = run(sql);
    return text.length() > MOST_CHARACTERS
        ? text.substring(0, MOST_CHARACTERS) + "[TRUNCATED]"
        : text;
  }

  private String run(String sql) {
    try {
      return rows(sql).stream().map(DbDatabase::tuple).collect(Collectors.joining(", ", "[", "]"));
    } catch (SQLException e) {
      return calls > MOST_CALLS ? "the statement took too long" : String.valueOf(e.getMessage());
    }
  }

  /** The rows of a statement, none if it has no result. */
  List<List<@Nullable Object>> rows(String sql) throws SQLException {
    calls = 0;
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(MySqlText.translated(sql.strip()))) {
        return all;
      }
      try (ResultSet rows = statement.getResultSet()) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next() && all.size() < MOST_ROWS) {
          List<@Nullable Object> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(rows.getObject(i));
          }
          all.add(row);
        }
      }
    }
    return all;
  }

  private static String tuple(List<@Nullable Object> row) {
    StringJoiner cells = new StringJoiner(", ", "(", row.size() == 1 ? ",)" : ")");
    row.forEach(cell -> cells.add(cell(cell)));
    return cells.toString();
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Number) {
      return value.toString();
    }
    String text = value.toString().replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    return text.contains("'") && !text.contains("\"")
        ? "\"" + text + "\""
        : "'" + text.replace("'", "\\'") + "'";
  }

  /**
   * The hash of the table as DBBench publishes it: of each row's cells that are not NULL, joined by
   * commas, the first five digits of the MD5; of these, sorted and joined by commas, the MD5.
   *
   * @throws SQLException if the table is gone
   */
  public String hash() throws SQLException {
    List<String> parts = new ArrayList<>();
    for (List<@Nullable Object> row : rows("SELECT * FROM " + quoted(table))) {
      StringJoiner cells = new StringJoiner(",");
      for (Object cell : row) {
        if (cell != null) {
          cells.add(cell.toString());
        }
      }
      parts.add(md5(cells.toString()).substring(0, SHORT));
    }
    Collections.sort(parts);
    return "[('%s',)]".formatted(md5(String.join(",", parts)));
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has MD5", e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
