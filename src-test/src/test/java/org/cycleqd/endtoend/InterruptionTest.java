package org.cycleqd.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cycleqd.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end says how to go on, and what it did is there. */
class InterruptionTest {

  private static final Path SYNTHETIC = Cycleqd.ROOT.resolve("experiments/configs/synthetic.yaml");

  @TempDir private Path folder;

  @Test
  void anInterruptedRunSaysHowToGoOn() throws IOException, InterruptedException {
    Path run = folder.resolve("runs/synthetic");
    Path journal = run.resolve("journal.jsonl");
    Process process =
        start("run", SYNTHETIC.toString(), "--set", "output.folder=" + folder.resolve("runs"));
    while (!Files.exists(journal) || Files.size(journal) < 100_000) {
      assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).as("ended by itself").isFalse();
    }

    process.toHandle().destroy(); // SIGINT is ignored in processes of a shell's background

    String said = process.errorReader().readAllAsString();
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(said)
        .contains("interrupted; what is finished is kept, carry on with: ./cycleqd resume " + run);
    Cycleqd status = Cycleqd.run("status", run.toString());
    assertThat(status.out()).contains("interrupted");
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    Collections.addAll(command, arguments);
    return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }
}
