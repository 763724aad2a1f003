package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.MergeLayout;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeException;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.recipe.RecipeWriter;
import org.cycleqd.merge.recipe.TensorPlan;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GenomeRecipeTest {

  private static final int LAYERS = 3;
  private static final Path FILE = Path.of("mergekit_config.yml");
  private static final ModelReference BASE = ModelReference.of("/models/base");
  private static final List<ModelReference> EXPERTS =
      List.of(ModelReference.of("/models/code"), ModelReference.of("/my models/maths"));

  private static GenomeLayout layout(boolean tied) {
    LlamaConfig config =
        new LlamaConfig(
            12,
            8,
            10,
            LAYERS,
            new AttentionConfig(2, 1, 4, true),
            false,
            1e-5,
            RotaryEmbedding.of(10_000),
            32,
            tied,
            DType.BF16,
            SpecialTokens.none());
    LayerGroups groups = new LayerGroups(LAYERS);
    return new GenomeLayout(
        List.of("code", "maths"),
        config.tensors().stream()
            .map(spec -> new TensorSite(spec.name(), groups.of(spec.name()), 0))
            .toList());
  }

  private static Genome genome(
      GenomeLayout layout, ToDoubleBiFunction<Integer, TensorSite> coefficient) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      int expert = e;
      rows.add(
          layout.tensors().stream()
              .map(site -> TensorCoefficients.of(coefficient.applyAsDouble(expert, site)))
              .toList());
    }
    return new Genome(layout, rows);
  }

  private static Genome random(GenomeLayout layout, Granularity granularity) {
    return genome(
        layout,
        (expert, site) -> Draws.at(3, "weights", expert, granularity.key(site)).gaussian(0));
  }

  private static void assertThatTheRecipeGives(Genome genome) throws RecipeException {
    Recipe recipe = GenomeRecipe.of(genome, BASE, EXPERTS, DType.BF16).orElseThrow();
    Recipe read = RecipeReader.parse(RecipeWriter.write(recipe), FILE);
    assertThat(read).isEqualTo(recipe);
    MergeLayout layout = MergeLayout.of(FILE, read, model -> LAYERS);
    assertThat(layout.layers()).hasSize(LAYERS);
    List<TensorSite> sites = genome.layout().tensors();
    for (int t = 0; t < sites.size(); t++) {
      TensorPlan plan = layout.plan(sites.get(t).name());
      assertThat(plan.requireBase().model()).isEqualTo(BASE);
      assertThat(plan.others()).hasSize(EXPERTS.size());
      assertThat(plan.parameters().number("lambda", 0)).isEqualTo(1);
      assertThat(plan.parameters().flag("normalize", true)).isFalse();
      for (int e = 0; e < EXPERTS.size(); e++) {
        assertThat(plan.others().get(e).model()).isEqualTo(EXPERTS.get(e));
        assertThat(plan.others().get(e).tensor()).isEqualTo(sites.get(t).name());
        assertThat((float) plan.others().get(e).parameters().number("weight"))
            .as(sites.get(t).name())
            .isEqualTo(genome.coefficients().get(e).get(t).scale());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void theRecipesLookUpGivesTheGenomesCoefficients(Granularity granularity) throws RecipeException {
    assertThatTheRecipeGives(random(layout(false), granularity));
    assertThatTheRecipeGives(random(layout(true), granularity));
  }

  /** Few values in random places need filters of all kinds. */
  @Test
  void coefficientsOfFewValuesAreGivenBackToo() throws RecipeException {
    for (int n = 0; n < 300; n++) {
      int values = 1 + n % 3;
      Draws draws = Draws.at(4, n);
      assertThatTheRecipeGives(
          genome(
              layout(n % 2 == 0),
              (expert, site) -> draws.child(expert).child(site.name()).below(0, values) / 10.0));
    }
  }

  /** Weights that depend on the kind of tensor, or set the embedding apart, need no slices. */
  @Test
  void weightsByKindOfTensorAreGivenForWholeModels() throws RecipeException {
    Genome kinds =
        genome(
            layout(false),
            (expert, site) ->
                site.name().contains("self_attn.q_proj.weight")
                    ? 0.1
                    : site.name().contains("mlp") ? 0.2 : site.group() == 0 ? 0.3 : 0.4);
    assertThatTheRecipeGives(kinds);
    Recipe recipe = GenomeRecipe.of(kinds, BASE, EXPERTS, DType.F32).orElseThrow();
    assertThat(RecipeWriter.write(recipe))
        .isEqualTo(
            """
            models:
            - model: /models/code
              parameters:
                weight:
                - {filter: model.embed_tokens, value: 0.3}
                - {filter: self_attn.q_proj.weight, value: 0.1}
                - {filter: mlp, value: 0.2}
                - {value: 0.4}
            - model: "/my models/maths"
              parameters:
                weight:
                - {filter: model.embed_tokens, value: 0.3}
                - {filter: self_attn.q_proj.weight, value: 0.1}
                - {filter: mlp, value: 0.2}
                - {value: 0.4}
            merge_method: task_arithmetic
            base_model: /models/base
            parameters:
              normalize: false
              lambda: 1
            dtype: float32
            out_dtype: float32
            """);
  }

  @ParameterizedTest
  @CsvSource({"MODEL, 0", "LAYER_GROUP, 3", "TENSOR, 3"})
  void theFormIsTheSmallest(Granularity granularity, int slices) {
    Recipe recipe =
        GenomeRecipe.of(random(layout(false), granularity), BASE, EXPERTS, DType.BF16)
            .orElseThrow();
    assertThat(
            recipe.inputs() instanceof MergeInputs.Slices(List<MergeInputs.Slice> list)
                ? list.size()
                : 0)
        .isEqualTo(slices);
  }

  @Test
  void layersOfTheSameWeightsAreOneSlice() throws RecipeException {
    Genome genome =
        genome(layout(false), (expert, site) -> expert + (site.group() <= 2 ? 0.25 : 0.5));
    assertThatTheRecipeGives(genome);
    assertThat(RecipeWriter.write(GenomeRecipe.of(genome, BASE, EXPERTS, DType.BF16).orElseThrow()))
        .startsWith(
            """
            slices:
            - sources:
              - model: /models/base
                layer_range: [0, 2]
              - model: /models/code
                layer_range: [0, 2]
                parameters:
                  weight: 0.25
              - model: "/my models/maths"
                layer_range: [0, 2]
                parameters:
                  weight: 1.25
            - sources:
              - model: /models/base
                layer_range: [2, 3]
            """);
  }

  @Test
  void componentShiftsAndWhatIsNotFiniteHaveNoRecipe() {
    GenomeLayout plain = layout(false);
    GenomeLayout layout =
        new GenomeLayout(
            plain.experts(),
            plain.tensors().stream()
                .map(site -> new TensorSite(site.name(), site.group(), 2))
                .toList());
    Genome uniform = Genome.uniform(layout, 0.5, 0.5);
    assertThat(of(shifted(uniform, 0.1f))).isFalse();
    assertThat(of(shifted(uniform, 0f))).isTrue();
    assertThat(of(Genome.uniform(layout, 0.5, Double.NaN))).isFalse();
  }

  private static boolean of(Genome genome) {
    return GenomeRecipe.of(genome, BASE, EXPERTS, DType.BF16).isPresent();
  }

  private static Genome shifted(Genome genome, float shift) {
    List<TensorCoefficients> row = new ArrayList<>(genome.coefficients().getFirst());
    row.set(3, new TensorCoefficients(0.5f, new float[] {0, shift}));
    return new Genome(genome.layout(), List.of(row, genome.coefficients().get(1)));
  }

  @Test
  void anExpertThatIsTheBaseIsLeftOutAndATwiceNamedOneRefused() {
    Genome genome = Genome.uniform(layout(false), 0.5, 0.25);
    ModelReference code = EXPERTS.getFirst();
    assertThat(
            GenomeRecipe.of(genome, BASE, List.of(BASE, code), DType.BF16).orElseThrow().models())
        .containsExactly(BASE, code);
    assertThat(GenomeRecipe.of(genome, BASE, List.of(code, code), DType.BF16)).isEmpty();
    assertThatThrownBy(() -> GenomeRecipe.of(genome, BASE, List.of(code), DType.BF16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a genome of 2 experts needs as many models, found 1");
  }
}
