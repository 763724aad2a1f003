package org.cycleqd.merge;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.merge.stream.Tiles;

/**
 * A process that merges, replacing what is there, and is killed as soon as so many bytes of output
 * are done.
 *
 * <p>Arguments: the recipe, beside its models; the target; the number of bytes.
 */
final class MergingProcess {

  static final int SHARD_BYTES = 1_000_000;

  private MergingProcess() {}

  /** Starts one whose complaints go to a file. */
  static Process start(Path recipe, Path target, long deadly, File errors) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            MergingProcess.class.getName(),
            recipe.toString(),
            target.toString(),
            Long.toString(deadly))
        .redirectError(errors)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    Path recipe = Path.of(arguments[0]);
    long deadly = Long.parseLong(arguments[2]);
    AtomicLong done = new AtomicLong();
    TestModels models = new TestModels(recipe.resolveSibling("."));
    try (MergePlan plan = models.plan(recipe);
        Tiles tiles = new Tiles(2)) {
      Merger.publish(
          plan,
          Path.of(arguments[1]),
          ExistingTarget.REPLACE,
          tiles,
          SHARD_BYTES,
          bytes -> {
            if (done.addAndGet(bytes) >= deadly) {
              kill();
            }
          });
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
