package org.cycleqd.endtoend;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Path;
import org.cycleqd.cli.Main;
import org.cycleqd.cli.Terminal;

/**
 * What a command did.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Cycleqd(int code, String out, String err) {

  static final Path ROOT = Path.of(System.getProperty("cycleqd.root", ".")).toAbsolutePath();
  static final Path QUICKSTART = ROOT.resolve("experiments/configs/quickstart.yaml");

  /** Runs a command in this process, without a terminal. */
  static Cycleqd run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(
            new BufferedReader(Reader.nullReader()),
            new PrintWriter(out),
            new PrintWriter(err),
            false,
            80,
            System::nanoTime);
    int code = Main.local(terminal).execute(arguments);
    return new Cycleqd(code, out.toString(), err.toString());
  }

  /** The quickstart, reduced to seconds, with its output in {@code folder}. */
  static Cycleqd quickstart(Path folder, String... more) {
    String[] reduced = {
      "run",
      QUICKSTART.toString(),
      "--set",
      "output.folder=" + folder,
      "--set",
      "basis.store=" + folder.resolve("bases"),
      "--set",
      "search.children=8",
      "--set",
      "tasks.0.optimisation=12",
      "--set",
      "tasks.1.optimisation=12",
      "--set",
      "tasks.2.optimisation=12",
      "--set",
      "tasks.0.test=16",
      "--set",
      "tasks.1.test=16",
      "--set",
      "tasks.2.test=16"
    };
    String[] all = new String[reduced.length + more.length];
    System.arraycopy(reduced, 0, all, 0, reduced.length);
    System.arraycopy(more, 0, all, reduced.length, more.length);
    return run(all);
  }
}
