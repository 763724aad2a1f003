package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cycleqd.task.pico.SqlQuery.Aggregate;
import org.cycleqd.task.pico.SqlQuery.Order;
import org.jspecify.annotations.Nullable;

/** Computes a query's rows in plain Java, to see what its clauses do before it is asked. */
final class SqlRows {
  private static final Object NULL = "NULL";

  private SqlRows() {}

  /** The rows in SQLite's order; a missing value is the text NULL. */
  static List<List<Object>> of(SqlQuery query) {
    List<List<Object>> kept =
        query.table().rows().stream()
            .filter(row -> query.where().stream().allMatch(condition -> condition.holds(row)))
            .toList();
    Integer group = query.group();
    Aggregate aggregate = query.aggregate();
    List<List<Object>> rows;
    if (aggregate == null) {
      rows = listed(query, sorted(kept, query.order()));
    } else if (group == null) {
      rows = List.of(List.of(value(aggregate, kept, query.column())));
    } else {
      rows = grouped(query, aggregate, group, kept);
    }
    return query.limit() > 0 ? rows.subList(0, Math.min(query.limit(), rows.size())) : rows;
  }

  private static List<List<Object>> listed(SqlQuery query, List<List<Object>> rows) {
    List<List<Object>> cells = rows.stream().map(row -> List.of(row.get(query.column()))).toList();
    return query.distinct() ? cells.stream().distinct().toList() : cells;
  }

  private static List<List<Object>> sorted(List<List<Object>> rows, @Nullable Order order) {
    if (order == null) {
      return rows;
    }
    Comparator<List<Object>> ascending =
        (a, b) -> compare(a.get(order.column()), b.get(order.column()));
    return rows.stream().sorted(order.descending() ? ascending.reversed() : ascending).toList();
  }

  private static int compare(Object a, Object b) {
    return a instanceof Long number
        ? Long.compare(number, (Long) b)
        : a.toString().compareTo(b.toString());
  }

  private static List<List<Object>> grouped(
      SqlQuery query, Aggregate aggregate, int group, List<List<Object>> kept) {
    TreeMap<String, List<List<Object>>> groups =
        kept.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.get(group).toString(), TreeMap::new, Collectors.toList()));
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach((name, members) -> {
      if (members.size() > query.having()) {
        rows.add(List.of(name, value(aggregate, members, query.column())));
      }
    });
    Order order = query.order();
    if (order != null && order.descending()) {
      Collections.reverse(rows);
    }
    return rows;
  }

  private static Object value(Aggregate aggregate, List<List<Object>> rows, int column) {
    if (aggregate == Aggregate.COUNT) {
      return (long) rows.size();
    }
    if (rows.isEmpty()) {
      return NULL;
    }
    LongSummaryStatistics numbers =
        rows.stream().mapToLong(row -> (Long) row.get(column)).summaryStatistics();
    return switch (aggregate) {
      case COUNT -> numbers.getCount();
      case SUM -> numbers.getSum();
      case AVG -> numbers.getAverage();
      case MAX -> numbers.getMax();
      case MIN -> numbers.getMin();
    };
  }
}
