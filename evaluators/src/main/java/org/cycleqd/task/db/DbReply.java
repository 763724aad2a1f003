package org.cycleqd.task.db;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a model's turn asks for. */
sealed interface DbReply {

  /** A statement is to be carried out. */
  record Operation(String sql) implements DbReply {}

  /** The model has done; the text after {@code Final Answer:}. */
  record Answer(String text) implements DbReply {}

  /** Neither. */
  record Malformed(String why) implements DbReply {}

  /** The line that says which it is, which must end. */
  Pattern ACTION = Pattern.compile("Action: ([^\n]*)\n");

  /** The first block is the statement. */
  Pattern SQL = Pattern.compile("```sql\n(.*?)\n```", Pattern.DOTALL);

  /** An answer, on a line of its own. */
  Pattern ANSWER = Pattern.compile("\nFinal Answer:([^\n]*)");

  /** Reads a turn as CycleQD does. */
  static DbReply of(String reply) {
    Matcher action = ACTION.matcher(reply);
    if (action.find() && action.group(1).equals("Operation")) {
      Matcher sql = SQL.matcher(reply);
      return sql.find()
          ? new Operation(sql.group(1).strip().replace('\n', ' '))
          : new Malformed("an operation without a block of sql");
    }
    Matcher answer = ANSWER.matcher(reply);
    return answer.find()
        ? new Answer(answer.group(1))
        : new Malformed("neither 'Action: Operation' nor 'Final Answer:' in a line");
  }
}
