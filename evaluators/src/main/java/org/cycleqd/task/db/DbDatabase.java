package org.cycleqd.task.db;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
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

/** A record's table in a database of its own. One thread at a time. */
public abstract sealed class DbDatabase implements AutoCloseable
    permits EmbeddedDatabase, ServerDatabase {
  private static final int MOST_ROWS = 10_000;
  private static final int MOST_CHARACTERS = 800;

  /** Characters of a row's MD5 that the published hash is made of. */
  private static final int SHORT = 5;

  private final DbRecord record;
  private final Connection connection;

  /**
   * Takes a connection over, which {@link #close} closes.
   *
   * @param connection to an empty database
   */
  DbDatabase(DbRecord record, Connection connection) {
    this.record = record;
    this.connection = connection;
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * Makes the record's table.
   *
   * @param type of all columns
   * @throws SQLException if that cannot be: a column's name is there twice, or a row too long
   */
  final void fill(String type) throws SQLException {
    String table = quoted(record.table());
    String columns =
        record.columns().stream()
            .map(name -> quoted(name) + " " + type)
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE %s (%s)".formatted(table, columns));
    }
    String places = String.join(",", Collections.nCopies(record.columns().size(), "?"));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO %s VALUES (%s)".formatted(table, places))) {
      for (List<String> row : record.rows()) {
        if (row.size() != record.columns().size()) {
          throw new SQLException(
              "found a row of %d cells, expected %d"
                  .formatted(row.size(), record.columns().size()));
        }
        for (int i = 0; i < row.size(); i++) {
          insert.setString(i + 1, row.get(i));
        }
        insert.executeUpdate();
      }
    }
  }

  /** A model's statement as the engine takes it. */
  abstract String translated(String sql);

  /** What a model is told of an error. */
  abstract String told(SQLException error);

  /** Called before each statement. */
  void begin() {}

  /**
   * Carries a statement out and says what a model sees of it: the rows as a list of tuples in
   * Python's form, cut at 800 characters with {@code [TRUNCATED]}, or the error.
   */
  public final String execute(String sql) {
    String text;
    try {
      text = rows(sql).stream().map(PythonText::tuple).collect(Collectors.joining(", ", "[", "]"));
    } catch (SQLException e) {
      text = told(e);
    }
    return text.length() > MOST_CHARACTERS
        ? text.substring(0, MOST_CHARACTERS) + "[TRUNCATED]"
        : text;
  }

  /** The rows of a statement, none if it has no result. */
  final List<List<@Nullable Object>> rows(String sql) throws SQLException {
    begin();
    List<List<@Nullable Object>> all = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(translated(sql.strip()))) {
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

  /**
   * The hash of the table as DBBench publishes it: of each row's cells that are not NULL, joined by
   * commas, the first five digits of the MD5; of these, sorted and joined by commas, the MD5.
   *
   * @throws SQLException if the table or one of its columns is gone
   */
  public final String hash() throws SQLException {
    String columns =
        record.columns().stream().map(DbDatabase::quoted).collect(Collectors.joining(", "));
    List<String> parts = new ArrayList<>();
    for (List<@Nullable Object> row :
        rows("SELECT %s FROM %s".formatted(columns, quoted(record.table())))) {
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
