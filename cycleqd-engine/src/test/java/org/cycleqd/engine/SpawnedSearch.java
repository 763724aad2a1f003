package org.cycleqd.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.cycleqd.engine.synthetic.Landscape;
import org.cycleqd.engine.synthetic.LandscapeRule;

/** A search on a synthetic landscape, in a process of its own. */
final class SpawnedSearch {

  private static final List<String> TASKS = List.of("code", "db", "os");

  private SpawnedSearch() {}

  /** Searches in the folder of the first argument; the second is the number of children. */
  public static void main(String[] arguments) throws InterruptedException {
    System.out.println("starting");
    try {
      run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
      System.out.println("finished");
    } catch (IOException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  static void run(Path folder, int children) throws IOException, InterruptedException {
    Landscape landscape = Landscape.of(TASKS, 2, 3, LandscapeRule.standard(1));
    Search.of(SearchSettings.paper(1, TASKS).withBudget(children, 4), landscape.layout(), Map.of())
        .run(folder, landscape.evaluator(20, "optimisation"), 2, SearchListener.NONE);
  }

  /** The command line of such a process, quick to start. */
  static List<String> command(String folder, int children) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Collections.addAll(
        command, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
    Collections.addAll(command, SpawnedSearch.class.getName(), folder, Integer.toString(children));
    return command;
  }
}
