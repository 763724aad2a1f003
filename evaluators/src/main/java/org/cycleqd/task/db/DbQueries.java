package org.cycleqd.task.db;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the published queries of DBBench's questions give. They are hints of the records' authors:
 * many are no SQL, or were not what the label comes from.
 */
public final class DbQueries {

  private DbQueries() {}

  /** What came of a query. */
  public enum Outcome {
    /** All its cells together are the label. */
    LABEL,
    /** They are not. */
    OTHER,
    /** The engine does not take it. */
    NO_SQL,
    /** The record's table cannot be made. */
    NO_TABLE
  }

  /**
   * A question's query.
   *
   * @param reason the error, or what was found and expected; empty where it gives the label
   */
  public record Finding(int number, Outcome outcome, String reason) {}

  /**
   * Carries the queries of all questions out. Names in double quotes are taken as names, and so are
   * those with spaces that stand without quotes.
   */
  public static List<Finding> findings(List<DbRecord> records, DbEngine engine) {
    return records.stream()
        .filter(record -> !record.order())
        .map(record -> finding(record, engine))
        .toList();
  }

  private static Finding finding(DbRecord record, DbEngine engine) {
    DbDatabase opened;
    try {
      opened = engine.open(record);
    } catch (SQLException e) {
      return new Finding(record.number(), Outcome.NO_TABLE, String.valueOf(e.getMessage()));
    }
    try (DbDatabase database = opened) {
      List<String> found = new ArrayList<>();
      for (List<@Nullable Object> row : database.rows(repaired(record))) {
        row.forEach(cell -> found.add(String.valueOf(cell)));
      }
      return DbJudge.same(found, record.labels())
          ? new Finding(record.number(), Outcome.LABEL, "")
          : new Finding(
              record.number(),
              Outcome.OTHER,
              "gives %s, expected %s".formatted(found, record.labels()));
    } catch (SQLException e) {
      return new Finding(record.number(), Outcome.NO_SQL, String.valueOf(e.getMessage()));
    }
  }

  private static String repaired(DbRecord record) {
    String query = record.query().replace('"', '`');
    List<String> names = new ArrayList<>(record.columns());
    names.add(record.table());
    names.sort(Comparator.comparingInt(String::length).reversed());
    for (String name : names) {
      if (!name.matches("\\w+")) {
        query =
            query.replaceAll(
                "(?<![`'\\w])" + Pattern.quote(name) + "(?![`'\\w])",
                Matcher.quoteReplacement("`" + name + "`"));
      }
    }
    return query;
  }
}
