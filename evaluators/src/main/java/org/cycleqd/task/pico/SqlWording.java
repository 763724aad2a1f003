package org.cycleqd.task.pico;

import java.util.List;
import org.cycleqd.task.pico.SqlQuery.Aggregate;
import org.cycleqd.task.pico.SqlQuery.Condition;
import org.cycleqd.task.pico.SqlQuery.Order;

/** Puts a query into words. */
final class SqlWording {

  private SqlWording() {}

  static String prompt(Choices choices, SqlQuery query) {
    Table table = query.table();
    StringBuilder words = new StringBuilder("sql: ").append(head(choices, query));
    Integer group = query.group();
    if (group != null) {
      words.append(choices.of(List.of(" per ", " for each "))).append(table.columns().get(group));
    }
    String joint = choices.of(List.of(" with ", " where "));
    for (Condition condition : query.where()) {
      words.append(joint).append(condition(choices, table, condition));
      joint = " and ";
    }
    if (query.having() > 0) {
      words
          .append(choices.of(List.of(" having over ", " having more than ")))
          .append(query.having());
    }
    Order order = query.order();
    if (order != null) {
      words.append(choices.of(List.of(" sorted by ", " by ")));
      words.append(table.columns().get(order.column()));
      words.append(order.descending() ? " descending" : "");
    }
    if (query.limit() > 0) {
      words.append(choices.of(List.of(" first ", " limit "))).append(query.limit());
    }
    return words.append(" =>").toString();
  }

  private static String head(Choices choices, SqlQuery query) {
    String name = query.table().columns().get(query.column());
    String from = " of " + query.table().name();
    Aggregate aggregate = query.aggregate();
    if (aggregate == null && query.distinct()) {
      return choices.of(List.of("distinct ", "different ")) + name + from;
    }
    if (aggregate == null) {
      return choices.of(List.of("", "list ", "show ")) + name + from;
    }
    return switch (aggregate) {
      case COUNT -> choices.of(List.of("number", "count")) + from;
      case SUM -> choices.of(List.of("total ", "sum of ")) + name + from;
      case AVG -> choices.of(List.of("average ", "mean ")) + name + from;
      case MAX -> choices.of(List.of("highest ", "largest ")) + name + from;
      case MIN -> choices.of(List.of("lowest ", "smallest ")) + name + from;
    };
  }

  private static String condition(Choices choices, Table table, Condition condition) {
    List<String> relation =
        switch (condition.comparison()) {
          case IS -> List.of(" ", " is ");
          case OVER -> List.of(" over ", " above ");
          case UNDER -> List.of(" under ", " below ");
        };
    return table.columns().get(condition.column()) + choices.of(relation) + condition.value();
  }
}
