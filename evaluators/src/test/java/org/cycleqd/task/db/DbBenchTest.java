package org.cycleqd.task.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cycleqd.task.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DbBenchTest {
  private static final List<DbRecord> RECORDS = DbRecord.cycleqd();

  /** The published hash of 225 is that of no state found yet. */
  @Test
  void referenceStatementsLeadToThePublishedHashes() throws SQLException {
    List<Integer> different = new ArrayList<>();
    int orders = 0;
    for (DbRecord record : RECORDS) {
      if (record.order()) {
        orders++;
        try (DbDatabase database = DbEngine.embedded().open(record)) {
          assertThat(DbJudge.judge(record, database, "").correct()).as("before").isFalse();
          assertThat(database.execute(record.labels().getFirst())).isEqualTo("[]");
          if (!DbJudge.judge(record, database, "").correct()) {
            different.add(record.number());
          }
        }
      }
    }
    assertThat(orders).isEqualTo(240);
    assertThat(different).containsExactly(225);
  }

  @Test
  void labelsAnswerTheirQuestionsAndOthersDoNot() throws SQLException {
    List<Integer> broken = new ArrayList<>();
    for (DbRecord record : RECORDS) {
      if (!record.order()) {
        DbDatabase database;
        try {
          database = DbEngine.embedded().open(record);
        } catch (SQLException e) {
          broken.add(record.number());
          continue;
        }
        try (database) {
          List<String> quoted =
              record.labels().stream()
                  .map(label -> "'" + label.replace("\\", "\\\\").replace("'", "\\'") + "'")
                  .toList();
          assertThat(DbJudge.judge(record, database, quoted.toString())).matches(Verdict::correct);
          assertThat(DbJudge.judge(record, database, "['no such answer']").correct()).isFalse();
        }
      }
    }
    // A column's name twice, or rows of another length.
    assertThat(broken).containsExactly(13, 14, 17, 77);
    for (DbRecord record : DbRecord.revised()) {
      DbEngine.embedded().open(record).close();
    }
  }

  /** The published queries are hints: of 100, many are no valid SQL or miss the label. */
  @Test
  void manyPublishedQueriesGiveTheLabel() {
    List<DbQueries.Finding> findings = DbQueries.findings(DbRecord.revised(), DbEngine.embedded());
    assertThat(findings).hasSize(100);
    Map<DbQueries.Outcome, Long> counts =
        findings.stream()
            .collect(Collectors.groupingBy(DbQueries.Finding::outcome, Collectors.counting()));
    assertThat(counts).containsEntry(DbQueries.Outcome.LABEL, 38L).hasSize(3);
    assertThat(findings)
        .allMatch(
            found -> found.reason().isEmpty() == (found.outcome() == DbQueries.Outcome.LABEL));
    assertThat(DbQueries.findings(DbRecord.cycleqd(), DbEngine.embedded()))
        .filteredOn(found -> found.outcome() == DbQueries.Outcome.NO_TABLE)
        .extracting(DbQueries.Finding::number)
        .containsExactly(13, 14, 17, 77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "['5']|5|true",
        "[5.0]|5|true",
        "5|5|true",
        "['5']|6|false",
        "Rome|Rome|true",
        "[\"Rome\"]|Rome|true",
        "['rome']|Rome|false",
        "[__import__('os').system('x')]|Rome|false",
        "['b', 'a']|a;b|true",
        "['a', 'a', 'b']|a;b|true",
        "['a']|a;b|false",
        "['it\\'s']|it's|true",
        "[|Rome|false",
        "['a' 'b']|ab|false"
      })
  void answersAreComparedWithoutEvaluatingThem(String answer, String labels, boolean same) {
    DbRecord question =
        new DbRecord(
            0,
            "q",
            "other",
            "t",
            List.of("a"),
            List.of(),
            List.of(labels.split(";")),
            Optional.empty(),
            "");
    try (DbDatabase database = DbEngine.embedded().open(question)) {
      assertThat(DbJudge.judge(question, database, answer).correct()).isEqualTo(same);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hostileStatementsReachNothing() throws SQLException {
    DbRecord record = RECORDS.getFirst();
    try (DbDatabase database = DbEngine.embedded().open(record)) {
      assertThat(database.execute("ATTACH DATABASE '/tmp/cycleqd-attached.db' AS x"))
          .contains("too many attached");
      assertThat(database.execute("SELECT load_extension('/tmp/x.so')")).startsWith("[SQLITE_");
      assertThat(
              database.execute(
                  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c"))
          .isEqualTo("the statement took too long");
      assertThat(database.execute("SELECT hex(zeroblob(1000000000))")).startsWith("[SQLITE_");
      assertThat(database.execute("VACUUM INTO '/tmp/cycleqd-vacuumed.db'")).startsWith("[SQLITE_");
      assertThat(database.execute("SELECT 1, 'it''s', NULL")).isEqualTo("[(1, \"it's\", None)]");
    }
    assertThat(Path.of("/tmp/cycleqd-attached.db")).doesNotExist();
    assertThat(Path.of("/tmp/cycleqd-vacuumed.db")).doesNotExist();
  }
}
