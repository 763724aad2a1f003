package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.checkpoint.Checkpoint;

/** A process that builds the basis of expert "a" and may kill itself. */
final class BuildingProcess {

  private BuildingProcess() {}

  /**
   * Starts one that prints a line for every tensor.
   *
   * @param folder with the models
   * @param deadly number of tensors after which it kills itself
   */
  static Process start(Path folder, int deadly) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BuildingProcess.class.getName(),
            folder.toString(),
            Integer.toString(deadly))
        .redirectError(folder.resolve("errors").toFile())
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int deadly = Integer.parseInt(arguments[1]);
    AtomicInteger done = new AtomicInteger();
    try (Checkpoint base = Checkpoint.open(folder.resolve("base"));
        Expert expert = Expert.open(base, folder.resolve("a"))) {
      SequencedMap<String, Expert> experts = new LinkedHashMap<>();
      experts.put("a", expert);
      BasisListener listener =
          new BasisListener() {
            @Override
            public void decomposed(String name, int number, int total, String tensor) {
              System.out.println(tensor);
              if (done.incrementAndGet() >= deadly) {
                kill();
              }
            }

            @Override
            public void damaged(Path file, String reason) {
              throw new IllegalStateException(reason);
            }
          };
      new BasisStore(folder.resolve("bases"), 2)
          .open(base, experts, BasisPolicy.of(new Truncation.Rank(3)), listener)
          .close();
    }
  }

  private static void kill() {
    try {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
      Thread.sleep(60_000);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("still alive");
  }
}
