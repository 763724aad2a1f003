package org.cycleqd.task.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cycleqd.digest.Sha256;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/**
 * A task whose items only a program knows, by split, seed and number. An item's name stands for the
 * command and for the content of the files among its words, so a changed program is another task.
 */
public final class CommandTask implements Task {

  /** The type's name. */
  public static final String TYPE = "command";

  private static final Pattern PROMPT = Pattern.compile("item (\\d+) of ([a-z]+), seed (-?\\d+)");

  private final String name;
  private final Asking.Program command;
  private final String digest;

  private CommandTask(String name, Asking.Program command, String digest) {
    this.name = name;
    this.command = command;
    this.digest = digest;
  }

  /**
   * The task of a file; its name is the file's without what follows the last dot.
   *
   * @throws IllegalArgumentException if the file does not say what to run; the message names the
   *     field
   */
  public static CommandTask of(TaskCatalogue.Data file) {
    try {
      Asking.Program command =
          CommandFile.read(DataFile.at(file.path(), file.digest()), file.path());
      StringBuilder content = new StringBuilder(command.toString());
      for (String word : command.arguments()) {
        Path program = command.folder().resolve(word);
        if (Files.isRegularFile(program)) {
          content.append('\n').append(Sha256.of(Files.readAllBytes(program)));
        }
      }
      String stem = file.path().getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
      return new CommandTask(stem, command, Sha256.of(content.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Items of a split, all together.
   *
   * @param first number of the first
   * @param count how many there are up to the last
   */
  public record Range(String split, long seed, int first, int count) {}

  /**
   * The range that some items of one split are in.
   *
   * @throws IllegalArgumentException if there are none, or not of one split and seed
   */
  public static Range range(List<Item> items) {
    List<Range> places = items.stream().map(CommandTask::place).toList();
    Range some = places.getFirst();
    int first = places.stream().mapToInt(Range::first).min().orElseThrow();
    int last = places.stream().mapToInt(Range::first).max().orElseThrow();
    if (!places.stream()
        .allMatch(each -> each.split().equals(some.split()) && each.seed() == some.seed())) {
      throw new IllegalArgumentException("expected items of one split and seed");
    }
    return new Range(some.split(), some.seed(), first, last - first + 1);
  }

  /** An item's own number, as a range of one. */
  public static Range place(Item item) {
    Matcher matcher = PROMPT.matcher(item.prompt());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("item %s is no command's".formatted(item.id()));
    }
    return new Range(
        matcher.group(2), Long.parseLong(matcher.group(3)), Integer.parseInt(matcher.group(1)), 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "Scored by the program " + String.join(" ", command.arguments()) + ".";
  }

  @Override
  public List<Item> items(Split split, int count, long seed) {
    if (count < 0) {
      throw new IllegalArgumentException("%s: found %d items to list".formatted(name, count));
    }
    String part = split.name().toLowerCase(Locale.ROOT);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "%s/%s-%d-%d@%s".formatted(name, part, seed, i, digest.substring(0, 12));
      items.add(new Item(id, "item %d of %s, seed %d".formatted(i, part, seed), "a score of 1", 1));
    }
    return items;
  }

  @Override
  public List<Example> training(int count, long seed) {
    if (count > 0) {
      throw new IllegalArgumentException("%s: a program has no examples".formatted(name));
    }
    return List.of();
  }

  @Override
  public Asking asking() {
    return command;
  }

  @Override
  public List<Verdict> judge(List<Item> items, List<String> answers) {
    if (items.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%s: found %d items and %d answers".formatted(name, items.size(), answers.size()));
    }
    return answers.stream()
        .map(answer -> {
          try {
            return new Verdict(Double.parseDouble(answer), "scored by " + name);
          } catch (IllegalArgumentException e) {
            return Verdict.wrong("'%s' is no score".formatted(answer));
          }
        })
        .toList();
  }
}
