package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.merge.recipe.Conventions;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.MergeInputs.LayerRange;
import org.cycleqd.merge.recipe.MergeInputs.Slice;
import org.cycleqd.merge.recipe.MergeInputs.Source;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.ParameterValue;
import org.cycleqd.merge.recipe.ParameterValue.Flag;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.tensor.DType;

/**
 * An individual as a merge recipe: task arithmetic (arXiv 2212.04089) with the genome's
 * coefficients as weights.
 *
 * <p>A recipe can say one weight for each expert and tensor, so genomes whose components deviate
 * from their common coefficient have none.
 */
public final class GenomeRecipe {

  private static final String WEIGHT = "weight";

  private final ModelReference base;
  private final List<TensorSite> sites;
  private final int layers;
  private final SequencedMap<ModelReference, List<TensorCoefficients>> experts;

  private GenomeRecipe(
      ModelReference base,
      GenomeLayout layout,
      SequencedMap<ModelReference, List<TensorCoefficients>> experts) {
    this.base = base;
    this.sites = layout.tensors();
    this.layers = layout.groups() - 2;
    this.experts = experts;
    LayerGroups groups = new LayerGroups(layers);
    for (TensorSite site : sites) {
      if (layers < 1 || groups.of(site.name()) != site.group()) {
        throw new IllegalArgumentException(
            "tensor %s: found layer group %d, expected the groups of a Llama"
                .formatted(site.name(), site.group()));
      }
    }
  }

  /**
   * The recipe of a genome: whole models if all layers agree, otherwise slices of layers; one
   * weight for each expert if a slice's tensors agree, otherwise weights by the tensors' names.
   *
   * @param genome of a Llama's layout, as {@link SingularBasis} makes it
   * @param base where the base model is
   * @param experts where the experts are, in the layout's order; one that is the base itself adds
   *     nothing and is left out
   * @param outDtype number format of the merged model
   * @return empty if the genome has component shifts, a core or numbers that are not finite, if an
   *     expert is named twice, which a recipe cannot tell apart, or if no expert remains
   * @throws IllegalArgumentException if there is not one reference for each expert, or the layer
   *     groups are not a Llama's
   */
  public static Optional<Recipe> of(
      Genome genome, ModelReference base, List<ModelReference> experts, DType outDtype) {
    if (experts.size() != genome.coefficients().size()) {
      throw new IllegalArgumentException(
          "a genome of %d experts needs as many models, found %d"
              .formatted(genome.coefficients().size(), experts.size()));
    }
    SequencedMap<ModelReference, List<TensorCoefficients>> rows = new LinkedHashMap<>();
    for (int e = 0; e < experts.size(); e++) {
      rows.put(experts.get(e), genome.coefficients().get(e));
    }
    boolean distinct = rows.size() == experts.size();
    rows.remove(base);
    boolean plain = genome.core().isEmpty();
    if (!plain || !distinct || rows.isEmpty() || !genome.finite() || shifted(rows)) {
      return Optional.empty();
    }
    MergeInputs inputs = new GenomeRecipe(base, genome.layout(), rows).inputs();
    return Optional.of(recipe(base, inputs, outDtype));
  }

  private static boolean shifted(Map<ModelReference, List<TensorCoefficients>> rows) {
    for (List<TensorCoefficients> row : rows.values()) {
      for (TensorCoefficients set : row) {
        for (float shift : set.shift()) {
          if (shift != 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static Recipe recipe(ModelReference base, MergeInputs inputs, DType outDtype) {
    SequencedMap<String, ParameterValue> parameters = new LinkedHashMap<>();
    parameters.put("normalize", new Flag(false));
    parameters.put("lambda", new Scalar(1));
    return new Recipe(
        Optional.empty(),
        "task_arithmetic",
        Optional.of(base),
        inputs,
        parameters,
        Optional.of(DType.F32),
        Optional.of(outDtype),
        Optional.empty(),
        Optional.empty(),
        Conventions.OURS,
        0);
  }

  private MergeInputs inputs() {
    List<Optional<ParameterValue>> all = weights(0, layers);
    if (all.stream().allMatch(Optional::isPresent)) {
      List<MergeInputs.Model> models = new ArrayList<>();
      for (ModelReference expert : experts.keySet()) {
        models.add(
            new MergeInputs.Model(expert, Map.of(WEIGHT, all.get(models.size()).orElseThrow())));
      }
      return new MergeInputs.Models(models);
    }
    List<Slice> slices = new ArrayList<>();
    for (int from = 0; from < layers; ) {
      List<Optional<ParameterValue>> weights = weights(from, from + 1);
      int to = from + 1;
      while (to < layers && weights(to, to + 1).equals(weights)) {
        to++;
      }
      slices.add(slice(new LayerRange(from, to), weights));
      from = to;
    }
    return new MergeInputs.Slices(slices);
  }

  private Slice slice(LayerRange range, List<Optional<ParameterValue>> weights) {
    List<Source> sources = new ArrayList<>();
    sources.add(new Source(base, range, Map.of()));
    for (ModelReference expert : experts.keySet()) {
      // Inside one layer every tensor has a name of its own.
      ParameterValue weight = weights.get(sources.size() - 1).orElseThrow();
      sources.add(new Source(expert, range, Map.of(WEIGHT, weight)));
    }
    return new Slice(sources, Optional.empty(), Map.of());
  }

  /**
   * Each expert's weight in a run of layers, empty where names do not tell weights apart; the
   * embedding goes with the first layer, final norm and head with the last.
   */
  private List<Optional<ParameterValue>> weights(int from, int to) {
    List<Optional<ParameterValue>> weights = new ArrayList<>();
    for (List<TensorCoefficients> row : experts.values()) {
      SequencedMap<String, Float> scales = new LinkedHashMap<>();
      for (int t = 0; t < sites.size(); t++) {
        int layer = Math.clamp(sites.get(t).group() - 1, 0, layers - 1);
        if (layer >= from && layer < to) {
          scales.put(sites.get(t).name(), row.get(t).scale());
        }
      }
      weights.add(NamedWeights.of(scales));
    }
    return weights;
  }
}
