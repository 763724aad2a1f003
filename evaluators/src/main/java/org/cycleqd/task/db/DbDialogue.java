package org.cycleqd.task.db;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.Turn;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.task.Verdict;
import org.jspecify.annotations.Nullable;

/** A record between a model and its database. */
final class DbDialogue implements Dialogue<Verdict> {

  /** Most operations; the reply after the last of them has to be an answer. */
  static final int OPERATIONS = 5;

  private final DbRecord record;
  private final DbSetting setting;
  private @Nullable DbDatabase database;
  private int operations;

  DbDialogue(DbRecord record, DbSetting setting) {
    this.record = record;
    this.setting = setting;
  }

  @Override
  public List<ChatMessage> begin() throws IOException {
    try {
      database = setting.engine().open(record);
    } catch (SQLException e) {
      throw new IOException(
          "record %d: its table cannot be made: %s".formatted(record.number(), e.getMessage()), e);
    }
    return List.of(
        ChatMessage.user(setting.instructions()),
        ChatMessage.assistant("Ok."),
        ChatMessage.user(record.question()));
  }

  @Override
  public Turn<Verdict> answer(String reply) {
    return switch (DbReply.of(reply)) {
      case DbReply.Operation _ when operations == OPERATIONS ->
          new Turn.Verdict<>(unanswered("more than %d operations".formatted(OPERATIONS)));
      case DbReply.Operation(String sql) -> {
        operations++;
        yield new Turn.Say<>(opened().execute(sql));
      }
      case DbReply.Answer(String text) -> new Turn.Verdict<>(DbJudge.judge(record, opened(), text));
      case DbReply.Malformed(String why) -> new Turn.Verdict<>(unanswered(why));
    };
  }

  @Override
  public Optional<Verdict> cut(String why) {
    return Optional.of(unanswered(why));
  }

  /** An order is judged by its table all the same. */
  private Verdict unanswered(String why) {
    if (!record.order()) {
      return Verdict.wrong(why);
    }
    Verdict verdict = DbJudge.judge(record, opened(), "");
    return new Verdict(verdict.score(), "%s; %s".formatted(why, verdict.reason()));
  }

  private DbDatabase opened() {
    if (database == null) {
      throw new IllegalStateException("the dialogue has not begun");
    }
    return database;
  }

  @Override
  public void close() {
    if (database != null) {
      try {
        database.close();
      } catch (SQLException e) {
        throw new IllegalStateException(
            "record %d: its database cannot be closed: %s"
                .formatted(record.number(), e.getMessage()),
            e);
      }
    }
  }
}
