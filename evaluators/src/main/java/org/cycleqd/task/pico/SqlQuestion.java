package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.task.pico.SqlQuery.Aggregate;
import org.cycleqd.task.pico.SqlQuery.Condition;

/** A query with the words that ask for it. */
record SqlQuestion(SqlQuery query, String prompt) implements Composition {

  @Override
  public String answer() {
    return query.sql();
  }

  @Override
  public String key() {
    return query.canonical().sql();
  }

  @Override
  public int steps() {
    return query.clauses();
  }

  @Override
  public boolean meaningful() {
    List<List<Object>> rows = SqlRows.of(query);
    boolean empty =
        rows.isEmpty() || rows.getFirst().contains("NULL") || rows.equals(List.of(List.of(0L)));
    if (empty) {
      return false;
    }
    return reductions().stream().map(SqlRows::of).noneMatch(rows::equals);
  }

  /** The query with each clause left out in turn; GROUP BY, which changes the columns, stays. */
  private List<SqlQuery> reductions() {
    List<SqlQuery> shorter = new ArrayList<>();
    for (int left = 0; left < query.where().size(); left++) {
      List<Condition> fewer = new ArrayList<>(query.where());
      fewer.remove(left);
      shorter.add(without(fewer, query.distinct(), query.having(), true, query.limit()));
    }
    if (query.distinct()) {
      shorter.add(without(query.where(), false, query.having(), true, query.limit()));
    }
    if (query.having() > 0) {
      shorter.add(without(query.where(), query.distinct(), 0, true, query.limit()));
    }
    if (query.order() != null) {
      shorter.add(without(query.where(), query.distinct(), query.having(), false, query.limit()));
    }
    if (query.limit() > 0) {
      shorter.add(without(query.where(), query.distinct(), query.having(), true, 0));
    }
    return shorter;
  }

  private SqlQuery without(
      List<Condition> where, boolean distinct, int having, boolean ordered, int limit) {
    Aggregate aggregate = query.aggregate();
    return new SqlQuery(
        query.table(),
        aggregate,
        query.column(),
        distinct,
        where,
        query.group(),
        having,
        ordered ? query.order() : null,
        limit);
  }
}
