package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against weights that PEFT merged: an adapter's genome is the adapted model. */
class AdaptedExpertTest {

  private static Path golden(String name) {
    Path folder =
        Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/golden/peft/" + name);
    assumeTrue(Files.isDirectory(folder), "the golden adapters are not beside the project");
    return folder;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain_qv",
        "plain_all",
        "rslora",
        "dora",
        "dora_rslora",
        "patterns",
        "modules_to_save",
        "embedding",
        "layers_to_transform"
      })
  void itsGenomeIsTheModelThatPeftMerges(String name) throws IOException {
    for (BasisPolicy policy :
        List.of(BasisPolicy.exact(), BasisPolicy.of(new Truncation.Rank(2)))) {
      try (Checkpoint base = Checkpoint.open(golden("base"));
          Expert expert = Expert.open(base, golden(name));
          SafetensorsFile merged =
              SafetensorsFile.open(golden(name).resolve("merged.safetensors"))) {
        SequencedMap<String, Expert> experts = new LinkedHashMap<>();
        experts.put("peft", expert);
        try (SingularBasis basis = SingularBasis.of(base, experts, policy)) {
          List<float[]> composed =
              new LiveFloats(base).compose(basis, Genome.expert(basis.layout(), 0), 1).values();
          for (int t = 0; t < composed.size(); t++) {
            String tensor = basis.layout().tensors().get(t).name();
            TensorView changed = merged.tensors().get(tensor);
            float[] wanted = changed == null ? base.tensor(tensor).toFloats() : changed.toFloats();
            assertThat(composed.get(t))
                .as(tensor)
                .containsExactly(wanted, within(changed == null ? 0 : 2e-6f));
          }
        }
      }
    }
  }
}
