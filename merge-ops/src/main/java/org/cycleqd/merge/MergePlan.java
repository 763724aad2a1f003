package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.checkpoint.Compatibility.Relaxation;
import org.cycleqd.checkpoint.ConfigEdit;
import org.cycleqd.checkpoint.Licence;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.MergeLayout;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.TensorPlan;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * A recipe with its models opened and everything checked that can be checked without reading
 * weights.
 */
public final class MergePlan implements AutoCloseable {

  private final Path file;
  private final Recipe recipe;
  private final MergeMethod method;
  private final LinkPolicy links;
  private final SequencedMap<ModelReference, Ingredient> ingredients;
  private final List<String> notices = new ArrayList<>();
  private final List<CheckpointException> conflicts = new ArrayList<>();
  private final SequencedMap<String, TensorTask> tasks = new LinkedHashMap<>();
  private String config = "";
  private TokenizerChoice tokenizer;

  private MergePlan(
      Path file,
      Recipe recipe,
      MergeMethod method,
      LinkPolicy links,
      SequencedMap<ModelReference, Ingredient> ingredients) {
    this.file = file;
    this.recipe = recipe;
    this.method = method;
    this.links = links;
    this.ingredients = ingredients;
    this.tokenizer = new TokenizerChoice(file, Optional.empty(), List.of());
  }

  /**
   * Opens a recipe's models and lays out the merge.
   *
   * <p>Models that do not fit together leave a plan without tasks whose {@link #conflicts} say all
   * that is wrong.
   *
   * @param file the recipe's file, named in errors
   * @throws IOException if a model cannot be opened, or the recipe does not suit models or method
   */
  public static MergePlan of(Path file, Recipe recipe, ModelFolders folders) throws IOException {
    MergeMethod method = MergeMethods.all().get(recipe.mergeMethod());
    if (method == null) {
      throw new MergeException(
          "%s: merge_method: found %s, expected one of %s"
              .formatted(
                  file, recipe.mergeMethod(), String.join(", ", MergeMethods.all().keySet())));
    }
    SequencedMap<ModelReference, Ingredient> opened = new LinkedHashMap<>();
    MergePlan plan = new MergePlan(file, recipe, method, folders.links(), opened);
    try {
      plan.notices.addAll(ParameterCheck.notices(file, recipe, method.signature()));
      for (ModelReference model : recipe.models()) {
        opened.put(model, Ingredient.open(model, folders));
      }
      plan.tokenizer = TokenizerChoice.of(file, recipe, opened);
      plan.notices.addAll(plan.tokenizer.notices());
      plan.check();
      if (plan.conflicts.isEmpty()) {
        plan.layOut();
      }
      return plan;
    } catch (IOException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  private void check() {
    Checkpoint donor = donor().checkpoint();
    Set<Relaxation> relaxed = EnumSet.noneOf(Relaxation.class);
    if (recipe.inputs() instanceof MergeInputs.Slices) {
      relaxed.add(Relaxation.LAYERS);
    }
    if (declared().isPresent()) {
      relaxed.add(Relaxation.DTYPES);
    }
    ingredients.values().stream()
        .skip(1)
        .forEach(
            other -> conflicts.addAll(Compatibility.conflicts(donor, other.checkpoint(), relaxed)));
  }

  private void layOut() throws IOException {
    LlamaConfig base = donor().checkpoint().config();
    MergeLayout layout =
        MergeLayout.of(file, recipe, model -> ingredient(model).checkpoint().config().layers());
    LlamaConfig merged = base.with(layout.layers().size(), declared().orElse(base.dtype()));
    config = ConfigEdit.of(donor().checkpoint().folder(), merged.layers(), declared());
    TaskBinder binder =
        new TaskBinder(
            recipe, method.signature(), (model, tensor) -> ingredient(model).rows(tensor));
    List<TensorTask> bound = new ArrayList<>();
    for (TensorSpec spec : merged.tensors()) {
      TensorPlan plan = layout.plan(spec.name());
      DType dtype =
          declared()
              .orElseGet(() -> {
                var first = plan.inputs().getFirst();
                return ingredient(first.model()).rows(first.tensor()).spec().dtype();
              });
      bound.add(binder.bind(spec.withDType(dtype), plan));
    }
    bound.sort(Comparator.comparingLong(MergePlan::address));
    bound.forEach(task -> tasks.put(task.output().name(), task));
  }

  /** Where a task's first input lies: files are then read from their start to their end. */
  private static long address(TensorTask task) {
    TensorRows first = task.base().orElseGet(() -> task.sources().getFirst().rows());
    return first instanceof TensorView view ? view.data().address() : 0;
  }

  private Optional<DType> declared() {
    return recipe.outDtype().or(recipe::dtype);
  }

  private Ingredient ingredient(ModelReference model) {
    Ingredient ingredient = ingredients.get(model);
    if (ingredient == null) {
      throw new IllegalArgumentException("no model " + model + " in the recipe");
    }
    return ingredient;
  }

  /** The model whose configuration the merged one takes over: the base, or else the first. */
  Ingredient donor() {
    return ingredients.firstEntry().getValue();
  }

  LinkPolicy links() {
    return links;
  }

  TokenizerChoice tokenizer() {
    return tokenizer;
  }

  /**
   * The licences that the models declare, by their names in the recipe.
   *
   * @throws IOException if a file cannot be read
   */
  public SequencedMap<String, Optional<Licence>> licences() throws IOException {
    SequencedMap<String, Optional<Licence>> licences = new LinkedHashMap<>();
    for (Map.Entry<String, Path> model : models().entrySet()) {
      licences.put(model.getKey(), Licence.of(model.getValue()));
    }
    return licences;
  }

  /** The recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** The method that the recipe names. */
  public MergeMethod method() {
    return method;
  }

  /** The merged tensors by name, in the order in which their first inputs lie in their files. */
  public SequencedMap<String, TensorTask> tasks() {
    return Collections.unmodifiableSequencedMap(tasks);
  }

  /** The text of the merged model's {@code config.json}. */
  public String config() {
    return config;
  }

  /** The folders of the models by their names in the recipe. */
  public SequencedMap<String, Path> models() {
    SequencedMap<String, Path> folders = new LinkedHashMap<>();
    ingredients.forEach(
        (model, ingredient) -> folders.put(model.toString(), ingredient.checkpoint().folder()));
    return folders;
  }

  /** What the user should know, e.g. parameters that have no effect. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** Why the models cannot be merged; empty if they can. */
  public List<CheckpointException> conflicts() {
    return List.copyOf(conflicts);
  }

  /** Bytes of all inputs, each counted as often as it is merged. */
  public long bytesToRead() {
    long bytes = 0;
    for (TensorTask task : tasks.values()) {
      bytes += task.base().map(base -> base.spec().bytes()).orElse(0L);
      for (Source source : task.sources()) {
        bytes += source.rows().spec().bytes();
      }
    }
    return bytes;
  }

  /** Bytes of all merged tensors. */
  public long bytesToWrite() {
    return tasks.values().stream().mapToLong(task -> task.output().bytes()).sum();
  }

  /** Working memory in bytes, beyond the mapped files and the JVM's own. */
  public long workingBytes(Tiles tiles) {
    return tasks.values().stream()
        .mapToLong(task -> tiles.bytesOf(task) + method.workingBytes(task, tiles.threads()))
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    ingredients.values().forEach(Ingredient::close);
  }
}
