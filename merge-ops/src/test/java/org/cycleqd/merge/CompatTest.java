package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recipes whose meaning is not the peer's, and what {@code compat: mergekit} makes of them. */
class CompatTest {

  private static final Path MODELS =
      Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/merge/models");
  private static final Path FILE = Path.of("recipe.yaml");
  private static final String COMPATIBLE = "compat: mergekit\n";

  @BeforeEach
  void goldenModelsAreHere() {
    Assumptions.assumeTrue(Files.isDirectory(MODELS), "golden merges are not here");
  }

  private static Map<String, float[]> merge(String text) throws IOException {
    Map<String, float[]> merged = new HashMap<>();
    try (MergePlan plan =
            MergePlan.of(
                FILE,
                RecipeReader.parse(text, FILE),
                new ModelFolders(FILE, Optional.of(MODELS), LinkPolicy.REFUSE));
        Tiles tiles = new Tiles(2);
        StreamingMerge merge = new StreamingMerge(plan.method(), plan.tasks(), tiles, _ -> {})) {
      for (TensorTask task : plan.tasks().values()) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) task.output().bytes()]);
        merge.write(task.output(), (offset, piece) -> bytes.asSlice(offset).copyFrom(piece));
        merged.put(task.output().name(), new TensorView(task.output(), bytes).toFloats());
      }
    }
    return merged;
  }

  private static Map<String, float[]> model(String name) throws IOException {
    Map<String, float[]> tensors = new HashMap<>();
    try (SafetensorsFile file =
        SafetensorsFile.open(MODELS.resolve(name).resolve("model.safetensors"))) {
      file.tensors().forEach((tensor, view) -> tensors.put(tensor, view.toFloats()));
    }
    return tensors;
  }

  private static float[] of(Map<String, float[]> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  @Test
  void zeroScaleOfSomeTensorsMakesExactlyTheseZero() throws IOException {
    Map<String, float[]> merged =
        merge(
            """
            models:
            - model: expert_a
              parameters: {scale: [{filter: o_proj, value: 0}, {value: 1}]}
            merge_method: passthrough
            """);
    Map<String, float[]> original = model("expert_a");
    assertThat(merged.keySet()).isEqualTo(original.keySet());
    original.forEach((name, values) -> {
      if (name.contains("o_proj")) {
        assertThat(of(merged, name)).as(name).containsOnly(new float[1], within(0f));
      } else {
        assertThat(of(merged, name)).as(name).isEqualTo(values);
      }
    });
  }

  @Test
  void normAndHeadFollowTheLastLayerOrForThePeerTheFirst() throws IOException {
    String recipe =
        """
        models:
        - model: expert_a
          parameters: {weight: [1, 0]}
        - model: expert_b
          parameters: {weight: [0, 1]}
        merge_method: linear
        """;
    Map<String, float[]> a = model("expert_a");
    Map<String, float[]> b = model("expert_b");
    Map<String, float[]> ours = merge(recipe);
    Map<String, float[]> peers = merge(recipe + COMPATIBLE);
    for (String name : new String[] {"model.norm.weight", "lm_head.weight"}) {
      assertThat(of(ours, name)).isEqualTo(of(b, name));
      assertThat(of(peers, name)).isEqualTo(of(a, name));
    }
    for (Map<String, float[]> merged : Arrays.asList(ours, peers)) {
      assertThat(of(merged, "model.embed_tokens.weight"))
          .isEqualTo(of(a, "model.embed_tokens.weight"));
      assertThat(of(merged, "model.layers.2.mlp.up_proj.weight"))
          .isEqualTo(of(b, "model.layers.2.mlp.up_proj.weight"));
    }
  }

  @Test
  void aBandWithoutOutliersIsEmptyForThePeerOnly() throws IOException {
    String recipe =
        """
        models:
        - model: expert_a
          parameters: {weight: 1, density: 0.5, gamma: 0.01}
        merge_method: breadcrumbs
        base_model: base
        """;
    String norm = "model.norm.weight";
    float[] base = of(model("base"), norm);
    float[] ours = of(merge(recipe), norm);
    long kept = 0;
    for (int i = 0; i < base.length; i++) {
      kept += ours[i] == base[i] ? 0 : 1;
    }
    assertThat(kept).isEqualTo(base.length / 2);
    Map<String, float[]> peers = merge(recipe + COMPATIBLE);
    assertThat(of(peers, norm)).isEqualTo(base);
    String matrix = "model.layers.1.mlp.up_proj.weight"; // has outliers
    assertThat(of(peers, matrix)).isEqualTo(of(merge(recipe), matrix));
  }

  @Test
  void weightsThatCancelOutAreRefusedInBoth() {
    String recipe =
        """
        models:
        - model: expert_a
          parameters: {weight: 0.5}
        - model: expert_b
          parameters: {weight: -0.5}
        merge_method: linear
        """;
    for (String text : new String[] {recipe, recipe + COMPATIBLE}) {
      assertThatThrownBy(() -> merge(text))
          .isInstanceOf(MergeException.class)
          .hasMessageContaining("weight: found a sum of 0.0, expected one that can be divided by");
    }
  }

  @Test
  void singularVectorsAreARecipeLikeOthers() throws IOException {
    for (String method : new String[] {"tsv", "iso_c", "iso_cts"}) {
      Map<String, float[]> merged =
          merge(
              """
              models: [{model: expert_a}, {model: expert_b, parameters: {weight: 0.5}}]
              merge_method: %s
              base_model: base
              parameters: {lambda: 0.8}
              """
                  .formatted(method));
      assertThat(merged.keySet()).isEqualTo(model("base").keySet());
      assertThat(of(merged, "model.layers.1.mlp.up_proj.weight"))
          .isNotEqualTo(of(model("base"), "model.layers.1.mlp.up_proj.weight"));
    }
  }
}
