package org.cycleqd.task.db;

import java.sql.SQLException;

/** Makes databases. Safe for concurrent use. */
@FunctionalInterface
public interface DbEngine {

  /**
   * Makes a record's table in a database of its own, every column a text.
   *
   * @throws SQLException if that cannot be: a column's name is there twice, or a row too long
   */
  DbDatabase open(DbRecord record) throws SQLException;

  /** SQLite in memory, with what the records need of MySQL. */
  static DbEngine embedded() {
    return EmbeddedDatabase::open;
  }
}
