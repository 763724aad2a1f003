package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Publications in processes that are really killed, or whose disk is really full. */
class KilledPublicationTest {

  private static final long OLD = 1;
  private static final long NEW = 2;
  private static final int KILLED = 128 + 9;

  private static String expected = "";

  @TempDir private Path temporary;
  private Path parent = Path.of("");
  private Path target = Path.of("");

  @BeforeAll
  static void publishUndisturbed(@TempDir Path folder) throws IOException {
    expected = published(folder.resolve("m"), NEW);
    assertThat(folder.resolve("m/model-00006-of-00006.safetensors")).exists();
  }

  @BeforeEach
  void makeFolder() throws IOException {
    parent = Files.createDirectory(temporary.resolve("parent"));
    target = parent.resolve("m");
  }

  /** Twenty bytes anywhere in the weights, the last one, and the phases after it. */
  static Stream<List<String>> fates() {
    Draws draws = Draws.at(11, "killed publication");
    Stream<Long> bytes =
        IntStream.range(0, 20)
            .mapToObj(i -> (long) draws.below(i, (int) PublishingProcess.bytes()));
    return Stream.concat(
        Stream.concat(bytes, Stream.of(PublishingProcess.bytes()))
            .map(n -> List.of("kill-byte", n.toString())),
        Stream.of("VERIFYING", "RENAMING", "PUBLISHED").map(p -> List.of("kill-phase", p)));
  }

  @ParameterizedTest
  @MethodSource("fates")
  void aKilledPublicationLeavesTheOldModelOrTheNewOne(List<String> fate) throws Exception {
    // About every second one replaces a model.
    boolean replacing = fate.hashCode() % 2 == 0 || fate.getFirst().equals("kill-phase");
    String before = replacing ? published(target, OLD) : "";
    assertThat(exitCode(fate)).isEqualTo(KILLED);
    boolean done = fate.contains("PUBLISHED");
    if (replacing || done) {
      assertThat(digest(target)).isEqualTo(done ? expected : before);
    } else {
      assertThat(target).doesNotExist();
    }
    assertThat(names()).as("something is left to clean").hasSizeGreaterThan(replacing ? 1 : 0);
    assertThat(published(target, NEW)).isEqualTo(expected);
    assertThat(names()).containsExactly("m");
  }

  @Test
  void anOldModelThatWasMovedAwayIsPutBack() throws Exception {
    String before = published(target, OLD);
    assertThat(exitCode(List.of("kill-between-renames"))).isEqualTo(KILLED);
    assertThat(target).doesNotExist();
    assertThat(names()).hasSize(3);
    CheckpointContent content = PublishingProcess.content(NEW);
    assertThat(
            catchThrowable(() -> CheckpointWriter.publish(target, content, ExistingTarget.REFUSE)))
        .hasMessageContaining("m: target: found a folder with content");
    assertThat(digest(target)).isEqualTo(before);
    assertThat(names()).containsExactly("m");
  }

  @Test
  void workInProgressOfALiveProcessIsLeftAlone() throws Exception {
    Process other =
        PublishingProcess.start(
            PublishingProcess.command(target, OLD, "wait"), temporary.resolve("errors").toFile());
    try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("waiting");
      String mine = published(target, NEW);
      assertThat(names()).hasSize(3);
      other.getOutputStream().write('\n');
      other.getOutputStream().flush();
      assertThat(other.waitFor()).isZero();
      assertThat(digest(target)).isNotEqualTo(mine);
      assertThat(names()).containsExactly("m");
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothing() throws Exception {
    List<String> tooSmall = onDiskOf("1m", "finish");
    assertThat(tooSmall.getFirst())
        .contains("m: disk: found 1.04 MB free, expected 1.7")
        .endsWith(" MB for the weights");
    List<String> filled = onDiskOf("3m", "fill", parent.resolve("filler").toString());
    assertThat(filled.getFirst())
        .contains(parent + "/.m.")
        .contains("-of-00006.safetensors")
        .contains(": disk full (No space left on device): found 0 B free, expected ");
    assertThat(filled.getLast()).isEqualTo("[]");
  }

  /** What a publication says on a file system of its own, in memory. */
  private List<String> onDiskOf(String size, String... fate) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=\"$0\" tmpfs \"$1\" || exit 77; shift; exec \"$@\"",
                size,
                parent.toString()));
    command.addAll(PublishingProcess.command(target, NEW, fate));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> output;
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      output = reader.lines().toList();
    }
    Assumptions.assumeTrue(
        process.waitFor() != 77 && !output.isEmpty() && !output.getFirst().startsWith("unshare"),
        () -> "no file system of a given size can be made here: " + output);
    return output;
  }

  private int exitCode(List<String> fate) throws Exception {
    return PublishingProcess.start(
            PublishingProcess.command(target, NEW, fate.toArray(String[]::new)),
            temporary.resolve("errors").toFile())
        .waitFor();
  }

  private static String published(Path folder, long seed) throws IOException {
    CheckpointWriter.publish(folder, PublishingProcess.content(seed), ExistingTarget.REPLACE);
    return digest(folder);
  }

  private static String digest(Path folder) throws IOException {
    try (Checkpoint model = Checkpoint.open(folder)) {
      return model.digest();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> Objects.requireNonNull(file.getFileName()).toString()).toList();
    }
  }
}
