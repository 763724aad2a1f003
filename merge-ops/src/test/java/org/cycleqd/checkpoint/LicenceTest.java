package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LicenceTest {

  @TempDir private Path folder;

  /** The card with | for line ends, and the licence. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          ---|license: apache-2.0|---|# Card; apache-2.0
          ---|tags:|- merge|license: "llama3.1" # theirs|---; llama3.1
          ---|license: 'mit'   |base_model: x|---; mit
          ---|license: other|license_name: llama3|license_link: LICENSE|---; llama3
          ---|license:|- mit|- apache-2.0|tags:|- x|---; mit, apache-2.0
          ---|license: mit # short; mit
          """)
  void theCardsFrontMatterCounts(String card, String name) throws IOException {
    Files.writeString(folder.resolve("README.md"), card.replace('|', '\n'));
    Files.writeString(folder.resolve("LICENSE"), "Another Licence");
    assertThat(Licence.of(folder)).hasValue(new Licence(name, "README.md"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          # Card|license: mit
          ---|tags: x|---|license: mit
          ---|license: # none|---
          ---|  license: mit|---
          """)
  void whereTheCardSaysNothingTheTextCounts(String card) throws IOException {
    Files.writeString(folder.resolve("README.md"), card.replace('|', '\n'));
    assertThat(Licence.of(folder)).isEmpty();
    Files.writeString(folder.resolve("Licence.md"), "\n  # Some Licence 2.0  \nfurther text");
    assertThat(Licence.of(folder)).hasValue(new Licence("Some Licence 2.0", "Licence.md"));
  }

  @Test
  void aFolderMayDeclareNone() throws IOException {
    assertThat(Licence.of(folder)).isEmpty();
    Files.write(folder.resolve("LICENSE.txt"), new byte[] {(byte) 0xFF, '\n', 'x'});
    assertThat(Licence.of(folder)).hasValue(new Licence("\uFFFD", "LICENSE.txt"));
  }
}
