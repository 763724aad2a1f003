package org.cycleqd.task.pico;

import java.util.List;

/** A shell pipeline with the words that ask for it. */
record Pipeline(TextSource source, List<Stage> stages, String prompt) implements Composition {

  /** A filter with its arguments; empty where it takes none. */
  record Stage(LineFilter filter, String first, String second) {}

  @Override
  public String answer() {
    StringBuilder command = new StringBuilder(source.command());
    for (Stage stage : stages) {
      command.append(" | ").append(stage.filter().command(stage.first(), stage.second()));
    }
    return command.toString();
  }

  @Override
  public String key() {
    return answer();
  }

  @Override
  public int steps() {
    return stages.size();
  }

  @Override
  public boolean meaningful() {
    List<String> output = output(stages);
    if (output.stream().allMatch(String::isBlank) || output.equals(List.of("0"))) {
      return false;
    }
    return Subchains.of(stages).stream().noneMatch(shorter -> output(shorter).equals(output));
  }

  /** The lines that the pipeline prints. */
  List<String> output() {
    return output(stages);
  }

  private List<String> output(List<Stage> stages) {
    List<String> lines = source.lines();
    for (Stage stage : stages) {
      lines = stage.filter().apply(lines, stage.first(), stage.second());
    }
    return lines;
  }
}
