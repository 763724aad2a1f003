package org.cycleqd.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.TaskCatalogue.Maker;
import org.cycleqd.task.choice.ChoiceTasks;
import org.cycleqd.task.choice.TextTask;
import org.cycleqd.task.code.CodeSet;
import org.cycleqd.task.command.CommandTask;
import org.cycleqd.task.data.DataFile;
import org.cycleqd.task.db.DbSet;
import org.cycleqd.task.db.DbSetting;
import org.cycleqd.task.maths.Gsm8k;
import org.cycleqd.task.maths.MathTask;
import org.cycleqd.task.os.OsSet;
import org.cycleqd.task.pico.PicoSkill;

/** All tasks. */
public final class PublishedTasks {

  private PublishedTasks() {}

  /** The tasks; a task is made, and the sandbox looked for, when it is first asked for. */
  public static TaskCatalogue catalogue() {
    return catalogue(DbSetting::usual);
  }

  /**
   * The tasks, DBBench's in a setting of one's own.
   *
   * @param setting asked for with the first of these tasks
   */
  public static TaskCatalogue catalogue(Supplier<DbSetting> setting) {
    Shared<Sandbox> sandbox = new Shared<>(Sandbox::locate);
    SequencedMap<String, Maker> makers = new LinkedHashMap<>();
    for (PicoSkill skill : PicoSkill.values()) {
      makers.put(skill.taskName(), Maker.shipped(() -> skill.task(sandbox.get())));
    }
    int processors = Runtime.getRuntime().availableProcessors();
    for (CodeSet set : CodeSet.values()) {
      makers.put(set.taskName(), Maker.shipped(() -> set.task(sandbox.get(), processors)));
    }
    makers.put(Gsm8k.NAME, Maker.shipped(Gsm8k::task));
    makers.put(MathTask.NAME, Maker.fromFile(file -> MathTask.task(open(file))));
    for (ChoiceTasks.Arc arc : ChoiceTasks.Arc.values()) {
      for (ChoiceTasks.Way way : ChoiceTasks.Way.values()) {
        makers.put(way.name(arc.taskName()), Maker.shipped(() -> arc.task(way)));
      }
    }
    for (ChoiceTasks.Way way : ChoiceTasks.Way.values()) {
      String name = way.name("choice");
      makers.put(name, Maker.fromFile(file -> ChoiceTasks.of(name, open(file), way)));
    }
    makers.put(CommandTask.TYPE, Maker.fromFile(CommandTask::of));
    makers.put(TextTask.NAME, Maker.fromFile(file -> TextTask.task(open(file))));
    Shared<DbSetting> databases = new Shared<>(setting);
    for (DbSet set : DbSet.values()) {
      makers.put(set.taskName(), Maker.shipped(() -> set.task(databases.get())));
    }
    Shared<Machines> machines = new Shared<>(Machines::locate);
    for (OsSet set : OsSet.values()) {
      makers.put(set.taskName(), Maker.shipped(() -> set.task(machines)));
    }
    return new TaskCatalogue(makers);
  }

  private static DataFile open(TaskCatalogue.Data file) {
    try {
      return DataFile.at(file.path(), file.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
