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
import java.util.SortedMap;
import java.util.TreeMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.checkpoint.Compatibility.Relaxation;
import org.cycleqd.checkpoint.ConfigEdit;
import org.cycleqd.checkpoint.Licence;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.TensorLocation;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.recipe.MergeInputs;
import org.cycleqd.merge.recipe.MergeLayout;
import org.cycleqd.merge.recipe.NearestNames;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeException;
import org.cycleqd.merge.recipe.TensorInput;
import org.cycleqd.merge.recipe.TensorPlan;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;

/**
 * A recipe with its models opened and everything checked that can be checked without reading
 * weights.
 */
public final class MergePlan implements AutoCloseable {

  private final Path file;
  private final Recipe recipe;
  private final MergeMethod method;
  private final Ingredients ingredients;
  private final List<String> notices = new ArrayList<>();
  private final List<CheckpointException> conflicts = new ArrayList<>();
  private final SequencedMap<String, TensorTask> tasks = new LinkedHashMap<>();
  private String config = "";
  private TokenizerChoice tokenizer;

  private MergePlan(Path file, Recipe recipe, MergeMethod method, Ingredients ingredients) {
    this.file = file;
    this.recipe = recipe;
    this.method = method;
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
   * @throws RecipeException if the recipe does not suit method or models
   * @throws IOException if a model is not found or cannot be opened
   */
  public static MergePlan of(Path file, Recipe recipe, ModelFolders folders) throws IOException {
    MergeMethod method = method(file, recipe);
    List<String> notices = ParameterCheck.notices(file, recipe, method.signature());
    MergePlan plan = new MergePlan(file, recipe, method, Ingredients.open(recipe, folders));
    try {
      plan.notices.addAll(notices);
      plan.notices.addAll(plan.ingredients.notices());
      plan.tokenizer = TokenizerChoice.of(file, recipe, plan.ingredients);
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

  private static MergeMethod method(Path file, Recipe recipe) throws RecipeException {
    Map<String, MergeMethod> all = MergeMethods.all();
    MergeMethod method = all.get(recipe.mergeMethod());
    if (method == null) {
      throw new RecipeException(
          file,
          "merge_method",
          recipe.mergeMethod(),
          "one of " + NearestNames.first(recipe.mergeMethod(), all.keySet()));
    }
    return method;
  }

  private void check() {
    Set<Relaxation> relaxed = EnumSet.noneOf(Relaxation.class);
    if (recipe.inputs() instanceof MergeInputs.Slices) {
      relaxed.add(Relaxation.LAYERS);
    }
    if (declared().isPresent()) {
      relaxed.add(Relaxation.DTYPES);
    }
    List<Checkpoint> checkpoints = ingredients.checkpoints();
    for (Checkpoint other : checkpoints.subList(1, checkpoints.size())) {
      conflicts.addAll(Compatibility.conflicts(checkpoints.getFirst(), other, relaxed));
      notices.addAll(Compatibility.differences(checkpoints.getFirst(), other));
    }
  }

  private void layOut() throws IOException {
    Checkpoint donor = ingredients.donor().checkpoint();
    MergeLayout layout =
        MergeLayout.of(
            file, recipe, model -> ingredients.get(model).checkpoint().config().layers());
    LlamaConfig merged =
        donor.config().with(layout.layers().size(), declared().orElse(donor.config().dtype()));
    config = ConfigEdit.of(donor.folder(), merged.layers(), declared());
    TaskBinder binder =
        new TaskBinder(
            file,
            recipe,
            method.signature(),
            (model, tensor) -> ingredients.get(model).rows(tensor));
    // Files are read from their start to their end.
    SortedMap<Place, TensorTask> bound = new TreeMap<>();
    for (TensorSpec spec : merged.tensors()) {
      TensorPlan plan = layout.plan(spec.name());
      TensorInput first = plan.inputs().getFirst();
      DType dtype =
          declared()
              .orElseGet(() -> ingredients.get(first.model()).rows(first.tensor()).spec().dtype());
      bound.put(
          new Place(ingredients.get(first.model()).location(first.tensor()), bound.size()),
          binder.bind(spec.withDType(dtype), plan));
    }
    bound.values().forEach(task -> tasks.put(task.output().name(), task));
  }

  /** Where a task's first input lies; tasks may share it. */
  private record Place(TensorLocation location, int number) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::location).thenComparingInt(Place::number);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  private Optional<DType> declared() {
    return recipe.outDtype().or(recipe::dtype);
  }

  /** Everywhere that weights are read from. */
  Set<Path> places() throws IOException {
    return ingredients.places();
  }

  LinkPolicy links() {
    return ingredients.links();
  }

  TokenizerChoice tokenizer() {
    return tokenizer;
  }

  /**
   * The licences that models and adapters declare, by their names in the recipe.
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

  /** The folders of models and adapters by their names in the recipe, the donor first. */
  public SequencedMap<String, Path> models() {
    return ingredients.folders();
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
    return Lookahead.workingBytes(method, List.copyOf(tasks.values()), tiles);
  }

  @Override
  public void close() {
    ingredients.close();
  }
}
