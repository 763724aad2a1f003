package org.cycleqd.task.pico;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.cycleqd.task.pico.Outcome.Status;
import org.jspecify.annotations.Nullable;

/** Runs SELECTs on SQLite in memory; the text has one line for each row. */
final class SqlRunner implements Runner {
  private static final int MOST_ROWS = 2_000;
  private static final Pattern ONE_SELECT = Pattern.compile("(?i)select\\b[^;]*;?\\s*");

  @Override
  public List<Outcome> run(List<Attempt> attempts) {
    List<Outcome> outcomes = new ArrayList<>(attempts.size());
    try (SqlDatabase database = SqlDatabase.open()) {
      for (Attempt attempt : attempts) {
        outcomes.add(run(database, attempt.answer()));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("SQLite does not open a database in memory", e);
    }
    return outcomes;
  }

  private static Outcome run(SqlDatabase database, String answer) {
    if (!ONE_SELECT.matcher(answer).matches()) {
      return new Outcome(Status.REFUSED, "not one SELECT");
    }
    database.allowFreshWork();
    try (Statement statement = database.connection().createStatement();
        ResultSet rows = statement.executeQuery(answer)) {
      return read(rows);
    } catch (SQLException problem) {
      return database.isExhausted()
          ? new Outcome(Status.TIMED_OUT, "")
          : new Outcome(Status.REFUSED, String.valueOf(problem.getMessage()));
    }
  }

  private static Outcome read(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    StringJoiner text = new StringJoiner("\n");
    int count = 0;
    while (rows.next()) {
      if (++count > MOST_ROWS) {
        return new Outcome(Status.OVERFLOWED, "");
      }
      StringJoiner row = new StringJoiner("\t");
      for (int column = 1; column <= columns; column++) {
        row.add(cell(rows.getObject(column)));
      }
      text.add(row.toString());
    }
    return new Outcome(Status.FINISHED, text.toString());
  }

  /** Equal numbers look alike, whatever their type; a line break cannot imitate a new row. */
  private static String cell(@Nullable Object value) {
    if (value instanceof Number number) {
      return String.format(Locale.ROOT, "%.9g", number.doubleValue());
    }
    return value == null
        ? "NULL"
        : "'" + value.toString().replace("\n", "\\n").replace("\t", "\\t") + "'";
  }
}
