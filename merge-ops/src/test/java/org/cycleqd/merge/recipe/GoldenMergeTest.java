package org.cycleqd.merge.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.cycleqd.merge.recipe.ParameterValue.Flag;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading, layout and look-up by what the peer computed, merged here with plain loops. */
class GoldenMergeTest {

  private static final double TOLERANCE = 2e-6;

  static Stream<String> plainCases() throws IOException {
    return Golden.cases().stream()
        .filter(name -> name.matches("(linear|passthrough|task_arithmetic).*"));
  }

  @ParameterizedTest
  @MethodSource("plainCases")
  void thePeersNumbersComeOutOfTheLookUp(String name) throws IOException {
    Path file = Golden.recipe(name);
    Recipe recipe = Recipes.withConventions(RecipeReader.read(file), Conventions.MERGEKIT);
    MergeLayout layout = MergeLayout.of(file, recipe, model -> Golden.LAYERS);
    Map<String, SafetensorsFile> models = new HashMap<>();
    int compared = 0;
    try (SafetensorsFile expected =
        SafetensorsFile.open(file.resolveSibling("expected.safetensors"))) {
      for (ModelReference model : recipe.models()) {
        models.put(
            model.toString(),
            SafetensorsFile.open(
                Golden.folder().resolve("models/%s/model.safetensors".formatted(model))));
      }
      for (TensorView view : expected.tensors().values()) {
        if (view.spec().dtype() != DType.F32) {
          continue;
        }
        String tensor = view.spec().name().replaceFirst("\\[:\\d+]$", "");
        float[] values = view.toFloats();
        TensorPlan plan = layout.plan(tensor);
        List<float[]> inputs = new ArrayList<>();
        for (TensorInput input : plan.inputs()) {
          SafetensorsFile model = Objects.requireNonNull(models.get(input.model().toString()));
          inputs.add(Objects.requireNonNull(model.tensors().get(input.tensor())).toFloats());
        }
        double[] merged = merge(recipe.mergeMethod(), plan, inputs, values.length);
        for (int i = 0; i < values.length; i++) {
          if (Math.abs(merged[i] - values[i]) > TOLERANCE) {
            assertThat(merged[i]).as("%s[%d]", tensor, i).isEqualTo(values[i]);
          }
        }
        compared++;
      }
    } finally {
      models.values().forEach(SafetensorsFile::close);
    }
    assertThat(compared).isGreaterThanOrEqualTo(8);
  }

  private static double[] merge(String method, TensorPlan plan, List<float[]> inputs, int count)
      throws RecipeException {
    double[] sum = new double[count];
    if (method.equals("passthrough")) {
      double scale = plan.inputs().getFirst().parameters().number("scale", 1);
      for (int i = 0; i < count; i++) {
        sum[i] = scale * inputs.getFirst()[i];
      }
      return sum;
    }
    boolean differences = method.equals("task_arithmetic");
    int base = differences ? plan.baseIndex().orElseThrow() : -1;
    double total = 0;
    for (int k = 0; k < inputs.size(); k++) {
      if (k == base) {
        continue;
      }
      double weight = plan.inputs().get(k).parameters().number("weight");
      total += weight;
      for (int i = 0; i < count; i++) {
        sum[i] += weight * (inputs.get(k)[i] - (differences ? inputs.get(base)[i] : 0));
      }
    }
    boolean normalize = plan.parameters().flag("normalize", !differences);
    double factor = plan.parameters().number("lambda", 1) / (normalize ? total : 1);
    for (int i = 0; i < count; i++) {
      sum[i] = factor * sum[i] + (differences ? inputs.get(base)[i] : 0);
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("allCases")
  void everyRecipeIsReadLaidOutAndWrittenBackEqual(String name) throws IOException {
    Path file = Golden.recipe(name);
    Recipe recipe = RecipeReader.read(file);
    String text = RecipeWriter.write(recipe);
    assertThat(RecipeReader.parse(text, file)).isEqualTo(recipe);
    assertThat(RecipeWriter.write(RecipeReader.parse(text, file))).isEqualTo(text);
    MergeLayout layout = MergeLayout.of(file, recipe, model -> Golden.LAYERS);
    assertThat(layout.plan("model.norm.weight").inputs()).isNotEmpty();
    assertThat(layout.layers()).hasSize(name.equals("passthrough_stack") ? 4 : Golden.LAYERS);
    assertThat(layout.plan("lm_head.weight").base().isPresent())
        .isEqualTo(recipe.baseModel().isPresent());
    if (recipe.parameters().get("normalize") instanceof Flag(boolean flag)) {
      assertThat(layout.plan("lm_head.weight").parameters().flag("normalize", !flag))
          .isEqualTo(flag);
    }
  }

  static List<String> allCases() throws IOException {
    List<String> cases = Golden.cases();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(79);
    return cases;
  }
}
