package org.cycleqd.experiment.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.digest.Sha256;
import org.cycleqd.experiment.BaselineConfig;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.ModelFolders;
import org.cycleqd.merge.StreamingMerge;
import org.cycleqd.merge.recipe.Conventions;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.ParameterValue;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeWriter;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/**
 * A merge of a run's experts that is no genome, since what it keeps of a weight depends on the
 * other weights. It is scored as it would be written: rounded to the base's number format.
 *
 * @param name its row in tables
 * @param field where the config asks for it
 * @param recipe how it is merged
 */
record Baseline(String name, String field, Recipe recipe) {

  /**
   * The baselines of a config.
   *
   * @throws UserException if a recipe cannot name one of the folders
   */
  static List<Baseline> of(ExperimentConfig config, ExperimentModels models) {
    List<Baseline> baselines = new ArrayList<>();
    for (BaselineConfig each : config.baselines()) {
      String field = "baselines." + baselines.size();
      baselines.add(new Baseline(each.label(), field, recipe(field, each, config, models)));
    }
    return baselines;
  }

  private static Recipe recipe(
      String field, BaselineConfig baseline, ExperimentConfig config, ExperimentModels models) {
    SequencedMap<String, ParameterValue> own = new LinkedHashMap<>();
    SequencedMap<String, ParameterValue> whole = new LinkedHashMap<>();
    String method =
        switch (baseline) {
          case BaselineConfig.TaskArithmetic(var _, double lambda) -> {
            put(own, whole, 1, lambda);
            yield "task_arithmetic";
          }
          case BaselineConfig.Ties(var _, double density, double lambda) -> {
            put(own, whole, density, lambda);
            yield "ties";
          }
          case BaselineConfig.DareLinear(var _, double density, double lambda, long _) -> {
            put(own, whole, density, lambda);
            yield "dare_linear";
          }
          case BaselineConfig.DareTies(var _, double density, double lambda, long _) -> {
            put(own, whole, density, lambda);
            yield "dare_ties";
          }
          case BaselineConfig.ModelStock _ -> "model_stock";
        };
    long seed =
        switch (baseline) {
          case BaselineConfig.DareLinear dare -> dare.seed();
          case BaselineConfig.DareTies dare -> dare.seed();
          default -> 0;
        };
    if (method.startsWith("dare")) {
      whole.put("rescale", new ParameterValue.Text("inv_density")); // as in the paper
    }
    List<MergeInputs.Model> inputs = new ArrayList<>();
    for (Path expert : models.experts()) {
      inputs.add(
          new MergeInputs.Model(
              MergeRecipe.expert(requireName(field, config.base()), requireName(field, expert)),
              own));
    }
    DType dtype = models.base().tensors().firstEntry().getValue().spec().dtype();
    return new Recipe(
        Optional.empty(),
        method,
        Optional.of(ModelReference.of(config.base().toString())),
        new MergeInputs.Models(inputs),
        whole,
        Optional.empty(),
        Optional.of(dtype),
        Optional.empty(),
        Optional.empty(),
        Conventions.OURS,
        seed);
  }

  private static void put(
      Map<String, ParameterValue> own,
      Map<String, ParameterValue> whole,
      double density,
      double lambda) {
    own.put("weight", new ParameterValue.Scalar(1));
    if (density < 1) {
      own.put("density", new ParameterValue.Scalar(density));
    }
    whole.put("lambda", new ParameterValue.Scalar(lambda));
  }

  private static Path requireName(String field, Path folder) {
    if (!ModelReference.names(folder.toString())) {
      throw new UserException(
          "%s: found the folder %s, expected one without @ and +, which recipes give a meaning"
              .formatted(field, folder));
    }
    return folder;
  }

  /** How it came about, in words. */
  String origin() {
    MergeInputs.Models inputs = (MergeInputs.Models) recipe.inputs();
    SequencedMap<String, ParameterValue> all =
        new LinkedHashMap<>(inputs.models().getFirst().parameters());
    all.putAll(recipe.parameters());
    all.remove("weight");
    StringBuilder text = new StringBuilder("the merge of the experts by " + recipe.mergeMethod());
    all.forEach((key, value) ->
        text.append(", ")
            .append(key)
            .append(' ')
            .append(
                value instanceof ParameterValue.Scalar(double number)
                    ? Double.toString(number)
                    : ((ParameterValue.Text) value).value()));
    if (recipe.seed() != 0) {
      text.append(", seed ").append(recipe.seed());
    }
    return text.toString();
  }

  /** Stands for the recipe. */
  String digest() {
    return Sha256.of(RecipeWriter.write(recipe));
  }

  /**
   * Opens the models of the merge and checks what can be checked without reading weights.
   *
   * @throws UserException if the models cannot be merged this way
   */
  MergePlan plan() throws IOException {
    Path file = Path.of(field);
    MergePlan plan =
        MergePlan.of(file, recipe, new ModelFolders(file, Optional.empty(), LinkPolicy.REFUSE));
    List<CheckpointException> conflicts = plan.conflicts();
    if (!conflicts.isEmpty()) {
      plan.close();
      throw new UserException(
          "%s: %s".formatted(field, conflicts.getFirst().getMessage()), conflicts.getFirst());
    }
    return plan;
  }

  /** Merges into the live weights, a tensor at a time; nothing is written to the disk. */
  void load(LiveModel model) throws IOException {
    try (MergePlan plan = plan();
        Tiles tiles = new Tiles(1);
        Arena arena = Arena.ofShared();
        StreamingMerge merge = new StreamingMerge(plan.method(), plan.tasks(), tiles, _ -> {})) {
      long most =
          plan.tasks().values().stream().mapToLong(task -> task.output().bytes()).max().orElse(0);
      MemorySegment memory = arena.allocate(most, Long.BYTES);
      for (TensorTask task : plan.tasks().values()) {
        MemorySegment bytes = memory.asSlice(0, task.output().bytes());
        merge.write(task.output(), TensorTarget.into(bytes));
        model.load(new TensorView(task.output(), bytes));
      }
    }
  }
}
