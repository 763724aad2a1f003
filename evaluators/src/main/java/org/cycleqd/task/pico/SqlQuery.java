package org.cycleqd.task.pico;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One SELECT over one table, clause by clause.
 *
 * @param table the table read
 * @param aggregate the function over {@code column}, or null where the column itself is listed
 * @param column the index of the column listed or aggregated; meaningless under {@link
 *     Aggregate#COUNT}
 * @param distinct whether repeated rows are dropped
 * @param where conditions that must all hold, in the order they are written
 * @param group the column that is grouped by, or null
 * @param having the count that a group must exceed, or 0 for no such clause
 * @param order the order of the rows, or null
 * @param limit the most rows, or 0 for no such clause
 */
record SqlQuery(
    Table table,
    @Nullable Aggregate aggregate,
    int column,
    boolean distinct,
    List<Condition> where,
    @Nullable Integer group,
    int having,
    @Nullable Order order,
    int limit) {

  /** A function over the rows of a group. */
  enum Aggregate {
    COUNT,
    SUM,
    AVG,
    MAX,
    MIN
  }

  /** How a condition compares. */
  enum Comparison {
    IS("="),
    OVER(">"),
    UNDER("<");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }
  }

  /**
   * A comparison of a column with a constant.
   *
   * @param value a {@link String} or a {@link Long}
   */
  record Condition(int column, Comparison comparison, Object value) {

    boolean holds(List<Object> row) {
      Object cell = row.get(column);
      return switch (comparison) {
        case IS -> cell.equals(value);
        case OVER -> (Long) cell > (Long) value;
        case UNDER -> (Long) cell < (Long) value;
      };
    }

    String sql(Table table) {
      String constant = value instanceof String ? "'" + value + "'" : value.toString();
      return table.columns().get(column) + comparison.sign + constant;
    }
  }

  /** A sort by one column. */
  record Order(int column, boolean descending) {}

  /** How many clauses there are beside SELECT and FROM. */
  int clauses() {
    return where.size()
        + (distinct ? 1 : 0)
        + (group == null ? 0 : 1)
        + (having > 0 ? 1 : 0)
        + (order == null ? 0 : 1)
        + (limit > 0 ? 1 : 0);
  }

  /** The query with its conditions written in one fixed order. */
  SqlQuery canonical() {
    List<Condition> sorted =
        where.stream().sorted((a, b) -> a.sql(table).compareTo(b.sql(table))).toList();
    return new SqlQuery(table, aggregate, column, distinct, sorted, group, having, order, limit);
  }

  String sql() {
    StringBuilder sql = new StringBuilder("SELECT ");
    if (distinct) {
      sql.append("DISTINCT ");
    }
    if (group != null) {
      sql.append(table.columns().get(group)).append(',');
    }
    sql.append(selected()).append(" FROM ").append(table.name());
    if (!where.isEmpty()) {
      sql.append(
          where.stream()
              .map(condition -> condition.sql(table))
              .collect(Collectors.joining(" AND ", " WHERE ", "")));
    }
    if (group != null) {
      sql.append(" GROUP BY ").append(table.columns().get(group));
    }
    if (having > 0) {
      sql.append(" HAVING COUNT(*)>").append(having);
    }
    if (order != null) {
      sql.append(" ORDER BY ").append(table.columns().get(order.column()));
      sql.append(order.descending() ? " DESC" : "");
    }
    if (limit > 0) {
      sql.append(" LIMIT ").append(limit);
    }
    return sql.toString();
  }

  private String selected() {
    String name = table.columns().get(column);
    if (aggregate == null) {
      return name;
    }
    return aggregate == Aggregate.COUNT ? "COUNT(*)" : aggregate + "(" + name + ")";
  }
}
