package org.cycleqd.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code ./cycleqd} chooses a JDK; the JDKs are folders that look like one. */
class LauncherTest {

  private static final Path LAUNCHER = Path.of(System.getProperty("cycleqd.root"), "cycleqd");

  @TempDir private Path folder;

  private record Result(int code, String out, String err) {}

  private Result javaHome(Path launcher, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", launcher.toString(), "java-home")
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeAll(Set.of("CYCLEQD_JAVA_HOME", "JAVA_HOME"));
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private Path jdk(String version) throws IOException {
    Path home = folder.resolve("jdk " + version);
    Files.createDirectories(home.resolve("bin"));
    for (String program : new String[] {"java", "javac"}) {
      Path file = Files.createFile(home.resolve("bin").resolve(program));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    return home;
  }

  @ParameterizedTest
  @ValueSource(strings = {"25.0.3", "25.0.10", "25.1", "26", "26.0.1"})
  void recentEnoughJdkIsTaken(String version) throws Exception {
    Path home = jdk(version);
    for (String variable : new String[] {"CYCLEQD_JAVA_HOME", "JAVA_HOME"}) {
      Result result = javaHome(LAUNCHER, Map.of(variable, home.toString()));
      assertThat(result).isEqualTo(new Result(0, home + "\n", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.2", "24.9.9", "17.0.15", "1.8.0"})
  void olderJdkThatWasAskedForIsAnError(String version) throws Exception {
    Path home = jdk(version);
    Result result = javaHome(LAUNCHER, Map.of("CYCLEQD_JAVA_HOME", home.toString()));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "error: CYCLEQD_JAVA_HOME=%s is JDK %s, needed: 25.0.3 or later%n"
                .formatted(home, version));
  }

  @Test
  void folderThatIsNoJdkIsAnError() throws Exception {
    Result result = javaHome(LAUNCHER, Map.of("CYCLEQD_JAVA_HOME", folder.toString()));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(folder + " is not a JDK");
  }

  @Test
  void olderJavaHomeIsPassedOver() throws Exception {
    Path old = jdk("17.0.15");
    Result result = javaHome(LAUNCHER, Map.of("JAVA_HOME", old.toString()));
    assertThat(result.out()).isNotEmpty().doesNotContain(old.toString());
  }

  @Test
  void worksThroughALink() throws Exception {
    Path home = jdk("25.0.3");
    Path link = Files.createSymbolicLink(folder.resolve("link"), LAUNCHER);
    Result result = javaHome(link, Map.of("CYCLEQD_JAVA_HOME", home.toString()));
    Files.delete(link);
    assertThat(result).isEqualTo(new Result(0, home + "\n", ""));
  }
}
