package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cycleqd.task.pico.SqlQuery.Aggregate;
import org.cycleqd.task.pico.SqlQuery.Comparison;
import org.cycleqd.task.pico.SqlQuery.Condition;
import org.cycleqd.task.pico.SqlQuery.Order;
import org.jspecify.annotations.Nullable;

/** Asks questions about two small tables, answered by one SELECT. */
final class SqlGrammar implements Grammar {
  private static final double SHARE_OF_LISTS = 0.5;
  private static final double SHARE_OF_PLAIN_AGGREGATES = 0.5;
  private static final int LARGEST_HAVING = 14;
  private static final int LARGEST_LIMIT = 9;
  private static final List<Integer> COLUMNS = List.of(0, 1, 2, 3, 4);
  private static final List<Integer> ORDERED = List.of(0, 3, 4);
  private static final List<Aggregate> AGGREGATES = List.of(Aggregate.values());

  /** A place for one more clause. */
  private enum Slot {
    FIRST_CONDITION,
    SECOND_CONDITION,
    THIRD_CONDITION,
    DISTINCT,
    ORDER,
    LIMIT,
    HAVING
  }

  private static final List<Slot> LIST_SLOTS =
      List.of(Slot.FIRST_CONDITION, Slot.SECOND_CONDITION, Slot.DISTINCT, Slot.ORDER, Slot.LIMIT);
  private static final List<Slot> GROUP_SLOTS =
      List.of(Slot.FIRST_CONDITION, Slot.SECOND_CONDITION, Slot.HAVING, Slot.ORDER);
  private static final List<Slot> CONDITIONS =
      List.of(Slot.FIRST_CONDITION, Slot.SECOND_CONDITION, Slot.THIRD_CONDITION);

  @Override
  public SqlQuestion compose(Choices choices, int steps) {
    Table table = choices.of(Table.ALL);
    SqlQuery query;
    if (choices.chance(SHARE_OF_LISTS)) {
      query = list(choices, table, steps);
    } else if (choices.chance(SHARE_OF_PLAIN_AGGREGATES)) {
      query = aggregate(choices, table, null, chosen(choices, CONDITIONS, steps));
    } else {
      int group = choices.of(Table.CATEGORIES);
      query = aggregate(choices, table, group, chosen(choices, GROUP_SLOTS, steps - 1));
    }
    return new SqlQuestion(query, SqlWording.prompt(choices, query));
  }

  private static SqlQuery list(Choices choices, Table table, int steps) {
    Set<Slot> slots = chosen(choices, LIST_SLOTS, steps);
    while (slots.contains(Slot.LIMIT) && !slots.contains(Slot.ORDER)) {
      slots = chosen(choices, LIST_SLOTS, steps);
    }
    boolean distinct = slots.contains(Slot.DISTINCT);
    int column = choices.of(distinct ? Table.CATEGORIES : COLUMNS);
    Order order = null;
    if (slots.contains(Slot.ORDER)) {
      order = new Order(distinct ? column : choices.of(ORDERED), choices.chance(0.5));
    }
    int limit = slots.contains(Slot.LIMIT) ? choices.between(2, LARGEST_LIMIT) : 0;
    List<Condition> where = conditions(choices, table, slots);
    return new SqlQuery(table, null, column, distinct, where, null, 0, order, limit);
  }

  private static SqlQuery aggregate(
      Choices choices, Table table, @Nullable Integer group, Set<Slot> slots) {
    Aggregate function = choices.of(AGGREGATES);
    int column = function == Aggregate.COUNT ? Table.NAME : choices.of(Table.NUMBERS);
    int having = slots.contains(Slot.HAVING) ? choices.between(2, LARGEST_HAVING) : 0;
    Order order =
        group != null && slots.contains(Slot.ORDER) ? new Order(group, choices.chance(0.5)) : null;
    List<Condition> where = conditions(choices, table, slots);
    return new SqlQuery(table, function, column, false, where, group, having, order, 0);
  }

  private static Set<Slot> chosen(Choices choices, List<Slot> slots, int count) {
    List<Slot> left = new ArrayList<>(slots);
    EnumSet<Slot> chosen = EnumSet.noneOf(Slot.class);
    for (int i = 0; i < count; i++) {
      chosen.add(left.remove(choices.below(left.size())));
    }
    return chosen;
  }

  /** Conditions on different columns. */
  private static List<Condition> conditions(Choices choices, Table table, Set<Slot> slots) {
    List<Integer> left =
        new ArrayList<>(Stream.concat(Table.CATEGORIES.stream(), Table.NUMBERS.stream()).toList());
    List<Condition> conditions = new ArrayList<>();
    for (long i = slots.stream().filter(CONDITIONS::contains).count(); i > 0; i--) {
      int column = left.remove(/* index */ choices.below(left.size()));
      conditions.add(condition(choices, table, column));
    }
    return List.copyOf(conditions);
  }

  private static Condition condition(Choices choices, Table table, int column) {
    if (Table.CATEGORIES.contains(column)) {
      return new Condition(column, Comparison.IS, choices.of(table.categories(column)));
    }
    Comparison comparison = choices.chance(0.5) ? Comparison.OVER : Comparison.UNDER;
    return new Condition(column, comparison, (long) choices.between(10, 99));
  }
}
