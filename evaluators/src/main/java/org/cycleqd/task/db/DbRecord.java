package org.cycleqd.task.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.task.data.DataFile;

/**
 * A record of DBBench.
 *
 * @param number its place in the file, from 0
 * @param question the question or order, with the table's name and headers
 * @param kind {@code INSERT}, {@code UPDATE}, or a kind of question
 * @param table the table's name
 * @param columns their names
 * @param rows cells as texts
 * @param labels the answers to a question, or one statement that carries an order out
 * @param hash of the table after an order, as published; empty for questions
 * @param query of a question, as published; often no valid SQL
 */
public record DbRecord(
    int number,
    String question,
    String kind,
    String table,
    List<String> columns,
    List<List<String>> rows,
    List<String> labels,
    Optional<String> hash,
    String query) {

  /** Whether the table's state is judged and not the answer. */
  public boolean order() {
    return hash.isPresent();
  }

  /** The 360 records of the CycleQD paper's evaluation; {@code splits.json} says which it used. */
  public static List<DbRecord> cycleqd() {
    return read(DataFile.shipped("dbbench/cycleqd-standard-dev.jsonl.gz"));
  }

  /** The 300 records as AgentBench revised them. */
  public static List<DbRecord> revised() {
    return read(DataFile.shipped("dbbench/agentbench-standard.jsonl.gz"));
  }

  /** The records of a file, in its order. */
  static List<DbRecord> read(DataFile data) {
    List<DbRecord> records = new ArrayList<>();
    List<JsonNode> rows = data.rows();
    for (int i = 0; i < rows.size(); i++) {
      records.add(record(data, rows.get(i), i));
    }
    return records;
  }

  private static DbRecord record(DataFile data, JsonNode row, int index) {
    JsonNode info = row.path("table").path("table_info");
    List<String> columns = new ArrayList<>();
    info.path("columns").forEach(column -> columns.add(column.path("name").asText()));
    List<List<String>> cells = new ArrayList<>();
    info.path("rows").forEach(cell -> cells.add(texts(cell)));
    String question =
        data.text(row, index, "description") + "\n" + data.text(row, index, "add_description");
    return new DbRecord(
        index,
        question,
        row.path("type").path(0).asText(),
        row.path("table").path("table_name").asText(),
        columns,
        cells,
        texts(row.path("label")),
        row.path("answer_md5").isTextual()
            ? Optional.of(row.path("answer_md5").asText())
            : Optional.empty(),
        row.path("sql").path("query").asText());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
