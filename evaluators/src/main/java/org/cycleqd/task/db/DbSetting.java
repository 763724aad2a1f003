package org.cycleqd.task.db;

/**
 * How DBBench's records are put to a model.
 *
 * @param engine has the records' tables
 * @param instructions the first message of each dialogue
 */
public record DbSetting(DbEngine engine, String instructions) {

  /** What a model has to know, in words of our own. */
  private static final String INSTRUCTIONS =
      """
      You work with one table of a MySQL database: I give you a question about it, or tell you to \
      change it. In each of your turns, first say what you think and what you are going to do. Then \
      do one of two things, in exactly this form.

      To have a statement carried out, write
      Action: Operation
      ```sql
      SELECT a FROM b WHERE c;
      ```
      Only the first block counts. It holds one statement on one line and nothing else. I reply with \
      the rows or the error just as MySQL gives them; long replies are cut. There are five such \
      turns at most.

      When you have done, write
      Action: Answer
      Final Answer: ["FIRST", "SECOND", ...]
      with everything that answers the question and nothing else, exactly as it stands in the \
      database. If you were told to change the table, the list does not matter.

      A turn in any other form ends the task.
      """;

  /** Checks that there are instructions. */
  public DbSetting {
    if (instructions.isBlank()) {
      throw new IllegalArgumentException("instructions: found nothing, expected a text");
    }
  }

  /** The embedded engine, with instructions of this project's own. */
  public static DbSetting usual() {
    return new DbSetting(DbEngine.embedded(), INSTRUCTIONS);
  }

  /** On another engine. */
  public DbSetting on(DbEngine other) {
    return new DbSetting(other, instructions);
  }

  /** With other instructions. */
  public DbSetting instructed(String other) {
    return new DbSetting(engine, other);
  }
}
