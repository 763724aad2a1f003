package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;

/**
 * One of two fixed tables of 60 rows: a name, two categories, two numbers.
 *
 * <p>Within a column names and numbers are all different, so every ORDER BY on one of them has one
 * answer.
 *
 * @param name the table's name in SQL
 * @param columns the five column names
 * @param rows the rows; a cell is a {@link String} or a {@link Long}
 * @param kinds the values of the first category; those of the second are the cities
 */
record Table(String name, List<String> columns, List<List<Object>> rows, List<String> kinds) {
  static final int NAME = 0;
  static final List<Integer> CATEGORIES = List.of(1, 2);
  static final List<Integer> NUMBERS = List.of(3, 4);

  private static final long SEED = 20_240_919L;
  private static final List<String> CITIES = words("oslo rome lima cairo tokyo");

  static final Table PEOPLE =
      generate(
          "emp",
          words("name dept city age pay"),
          words(
              """
              ada alan amy ann ben bill bob carl cora dan dave dora ed ella emma eric eva finn flo
              fred gail gina greg gus hal hana hugo ian ida ivan jack jane jim joe judy karl kate
              ken kim lea leo lily lou luke mara mark mia ned nina noah olga otto paul pia ray rita
              rob rosa sam tom
              """),
          words("sales tech legal support"));

  static final Table GOODS =
      generate(
          "item",
          words("name kind city price qty"),
          words(
              """
              apple axe bag ball bat bean bell belt bike boat bolt bowl box bread brush bun cake cap
              car card chair clock coat cup desk dice doll door drum fan fig flag fork glue hat jam
              key kite lamp map milk mug nail nut oil pan pen pie pin pot rice ring rope saw soap
              soup tape tea vase wood
              """),
          words("tool toy food book"));

  static final List<Table> ALL = List.of(PEOPLE, GOODS);

  /** The values that a category column can hold. */
  List<String> categories(int column) {
    return column == CATEGORIES.getFirst() ? kinds : CITIES;
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  private static Table generate(
      String name, List<String> columns, List<String> names, List<String> kinds) {
    List<Integer> order = shuffled(names.size(), Draws.at(SEED, name, "order"));
    List<Integer> first = shuffled(names.size(), Draws.at(SEED, name, columns.get(3)));
    List<Integer> second = shuffled(names.size(), Draws.at(SEED, name, columns.get(4)));
    Draws kind = Draws.at(SEED, name, columns.get(1));
    Draws city = Draws.at(SEED, name, columns.get(2));
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < names.size(); row++) {
      rows.add(
          List.of(
              names.get(order.get(row)),
              kinds.get(kind.below(row, kinds.size())),
              CITIES.get(city.below(row, CITIES.size())),
              20L + first.get(row),
              10L + second.get(row) * 3L / 2L));
    }
    return new Table(name, columns, List.copyOf(rows), kinds);
  }

  private static List<Integer> shuffled(int size, Draws draws) {
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingLong(row -> draws.bits(row)))
        .toList();
  }
}
