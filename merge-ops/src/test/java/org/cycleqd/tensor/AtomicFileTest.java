package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void replacesWhatIsThereAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("new/report.html");
    AtomicFile.write(file, "first");
    Files.writeString(file.resolveSibling(".report.html.part"), "a killed process's");
    AtomicFile.write(file, "sec\u00F6nd");
    assertThat(file).content().isEqualTo("sec\u00F6nd");
    AtomicFile.write(file, new byte[] {0, -1});
    assertThat(file).hasBinaryContent(new byte[] {0, -1});
    assertThat(folder.resolve("new")).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void whatIsThereStaysWhenTheNewOneCannotBeWritten() throws IOException {
    Path target = folder.resolve("report.html");
    Path kept = Files.createDirectories(target.resolve("kept"));
    assertThatThrownBy(() -> AtomicFile.write(target, "text"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("report.html");
    assertThat(kept).exists();
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
  }
}
