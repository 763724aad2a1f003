package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk and a folder that cannot be written end a search; mended, it goes on. */
class DiskTest {

  private static final int CHILDREN = 120;

  @TempDir Path folder;
  private String whole = "";

  @BeforeEach
  void runOnce() throws Exception {
    assumeTrue(
        run(List.of("bwrap", "--dev-bind", "/", "/", "true")).code() == 0,
        "bubblewrap, which mounts the disks of this test, does not run here");
    SpawnedSearch.run(folder.resolve("whole"), CHILDREN);
    whole = RunHistory.journal(folder.resolve("whole")).toString();
  }

  private record Outcome(int code, String out) {}

  private static Outcome run(List<String> command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Outcome(process.waitFor(), out);
    } catch (IOException e) {
      return new Outcome(127, String.valueOf(e.getMessage()));
    }
  }

  private static String search(Path directory) {
    return SpawnedSearch.command(directory.toString(), CHILDREN).stream()
        .map("'%s'"::formatted)
        .reduce((a, b) -> a + " " + b)
        .orElseThrow();
  }

  @Test
  void aFullDiskEndsTheSearchAndRoomLetsItGoOn() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path directory = disk.resolve("run");
    String script =
        """
        head -c 40000 /dev/zero > %1$s/other
        %2$s; echo "code $?"
        rm %1$s/other
        %2$s; echo "code $?"
        cmp %1$s/run/journal.jsonl %3$s && echo same
        """
            .formatted(disk, search(directory), whole);
    long room = Files.size(Path.of(whole)) + 40_960 - 20_000;
    List<String> command =
        new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/", "--size", Long.toString(room)));
    command.addAll(List.of("--tmpfs", disk.toString(), "bash", "-c", script));
    assertThat(run(command).out())
        .contains(directory.resolve("journal.jsonl") + ": No space left on device\ncode 1")
        .endsWith("finished\ncode 0\nsame\n");
  }

  @Test
  void aFolderThatCannotBeWrittenEndsTheSearchAndMendedItGoesOn() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("run"));
    byte[] begun = Files.readAllBytes(Path.of(whole));
    Files.write(RunHistory.journal(directory), Arrays.copyOf(begun, begun.length / 2));
    String path = directory.toString();
    List<String> command =
        new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/", "--ro-bind", path, path));
    command.addAll(SpawnedSearch.command(path, CHILDREN));
    Outcome refused = run(command);
    assertThat(refused.code()).as(refused.out()).isEqualTo(1);
    assertThat(refused.out()).contains(path, "Read-only file system");
    assertThat(RunHistory.read(RunHistory.journal(directory)).candidates()).isNotEmpty();
    SpawnedSearch.run(directory, CHILDREN);
    assertThat(RunHistory.journal(directory)).hasBinaryContent(begun);
  }
}
