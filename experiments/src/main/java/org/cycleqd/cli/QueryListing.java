package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.task.db.DbQueries;
import org.cycleqd.task.db.DbSet;

/** What came of DBBench's published queries. */
record QueryListing(String task, List<DbQueries.Finding> findings) {

  /** Carries the queries of a task out. */
  static QueryListing of(String task, DatabaseOptions databases) {
    DbSet set =
        Arrays.stream(DbSet.values())
            .filter(each -> each.taskName().equals(task))
            .findFirst()
            .orElseThrow(() ->
                new ConfigException(
                    "--queries is '%s', expected one of %s"
                        .formatted(
                            task,
                            Arrays.stream(DbSet.values())
                                .map(DbSet::taskName)
                                .collect(Collectors.joining(", ")))));
    return new QueryListing(task, DbQueries.findings(set.records(), databases.setting().engine()));
  }

  String render(boolean json) {
    return json ? json().toPrettyString() + System.lineSeparator() : text();
  }

  private ArrayNode json() {
    ArrayNode list = new ObjectMapper().createArrayNode();
    for (DbQueries.Finding each : findings) {
      list.addObject()
          .put("record", each.number())
          .put("outcome", word(each.outcome()))
          .put("reason", each.reason());
    }
    return list;
  }

  private static String word(DbQueries.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private String text() {
    Map<DbQueries.Outcome, Integer> counts = new EnumMap<>(DbQueries.Outcome.class);
    TextTable table = TextTable.of("record", "outcome", "reason");
    for (DbQueries.Finding each : findings) {
      counts.merge(each.outcome(), 1, Integer::sum);
      String reason = each.reason().replaceAll("\\s+", " ");
      table = table.with(String.valueOf(each.number()), word(each.outcome()), reason);
    }
    String summary =
        counts.entrySet().stream()
            .map(each -> "%d %s".formatted(each.getValue(), word(each.getKey())))
            .collect(Collectors.joining(", "));
    return "%s  %d queries: %s%n".formatted(task, findings.size(), summary) + table.render();
  }
}
