package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.db.DbServer;
import org.cycleqd.task.db.DbSetting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The database that DBBench's records are put into. */
final class DatabaseOptions {

  @Option(
      names = "--db-url",
      paramLabel = "URL",
      description =
          "For DBBench, a MySQL or MariaDB server in place of the embedded engine, such as"
              + " 'jdbc:mysql://localhost:3306/?user=root'. Each record gets a database and a user"
              + " of its own there, which are dropped afterwards.")
  private @Nullable String url;

  @Option(
      names = "--db-password-variable",
      paramLabel = "NAME",
      description = "The environment variable with the password of that server's user.")
  private @Nullable String variable;

  @Option(
      names = "--db-instructions",
      paramLabel = "FILE",
      description = "For DBBench, a text that opens each dialogue in place of this project's.")
  private @Nullable Path instructions;

  /** All tasks, DBBench's in the setting that was asked for. */
  TaskCatalogue catalogue() {
    return PublishedTasks.catalogue(this::setting);
  }

  /** What was asked for, a server tried. */
  DbSetting setting() {
    DbSetting setting = DbSetting.usual();
    if (instructions != null) {
      try {
        setting = setting.instructed(Files.readString(instructions));
      } catch (IOException e) {
        throw new UserException("--db-instructions: " + Failures.message(e), e);
      } catch (IllegalArgumentException e) {
        throw new UserException("%s: %s".formatted(instructions, e.getMessage()), e);
      }
    }
    return url == null ? setting : setting.on(server(url));
  }

  private DbServer server(String address) {
    Optional<String> password = Optional.empty();
    if (variable != null) {
      String word = System.getenv(variable);
      if (word == null) {
        throw new UserException("--db-password-variable: " + variable + " is not set");
      }
      password = Optional.of(word);
    }
    try {
      return DbServer.at(address, password);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--db-url: " + e.getMessage());
    } catch (SQLException e) {
      throw new UserException("--db-url: " + e.getMessage(), e);
    }
  }
}
