package org.cycleqd.spectral;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;
import org.cycleqd.torch.TorchProgram;

/**
 * Task vectors of experts on one base with their singular components.
 *
 * <p>The model of a genome is composed in tiles from the mapped files of base and experts and from
 * singular vectors; nothing is decomposed again, and no more memory is taken than for a few tiles
 * and a copy of one tensor's right vectors. Where truncation leaves a residual, it is the last
 * component of its tensor. Experts may have different numbers of components; those that an expert
 * lacks have value zero.
 *
 * <p>Safe for use from several threads. Base and experts must stay open.
 */
public final class SingularBasis implements AutoCloseable {

  private final GenomeLayout layout;
  private final Checkpoint base;
  private final List<Expert> experts;
  private final List<List<Change>> changes;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final TorchProgram program = TorchProgram.load(ComposeProgram.TEXT);
  private final Queue<TileComposer> idle = new ConcurrentLinkedQueue<>();
  private final Buffers buffers = new Buffers();
  private final MatrixSpectra spectra = new MatrixSpectra(program);
  private final List<Boolean> included;
  private final Runnable closer;
  private final long tile;

  /**
   * Puts components together.
   *
   * @param factors finds the components of an expert, by its name, in a tensor
   * @param closer frees their memory
   */
  SingularBasis(
      Checkpoint base,
      SequencedMap<String, ? extends Expert> experts,
      BasisPolicy policy,
      BiFunction<String, TensorSpec, Factors> factors,
      Runnable closer) {
    this.base = base;
    this.experts = List.copyOf(experts.values());
    this.closer = closer;
    LayerGroups groups = new LayerGroups(base.config().layers());
    List<TensorSite> sites = new ArrayList<>();
    List<List<Change>> all = new ArrayList<>();
    long most = 1;
    for (TensorSpec spec : base.config().tensors()) {
      int full = (int) Math.min(spec.rows(), spec.columns());
      List<Change> row = new ArrayList<>();
      experts.forEach((name, expert) ->
          row.add(
              Change.of(
                  expert, spec.name(), policy.treatment(spec), full, factors.apply(name, spec))));
      int components = row.stream().mapToInt(Change::components).max().orElse(0);
      numbers.put(spec.name(), sites.size());
      sites.add(new TensorSite(spec.name(), groups.of(spec.name()), components));
      all.add(List.copyOf(row));
      most = Math.max(most, Blend.mostElements(spec));
    }
    this.changes = List.copyOf(all);
    this.included =
        base.config().tensors().stream()
            .map(spec -> policy.treatment(spec) == Treatment.INCLUDE)
            .toList();
    this.layout = new GenomeLayout(List.copyOf(experts.keySet()), sites);
    this.tile = most;
  }

  /**
   * Decomposes the task vectors of whole models, all components kept.
   *
   * @param experts by name; each must fit the base in architecture, shapes and vocabulary
   * @throws CheckpointException if one does not fit, or a weight is not finite
   * @throws IllegalArgumentException if there is no expert
   */
  public static SingularBasis build(Checkpoint base, SequencedMap<String, Checkpoint> experts)
      throws CheckpointException {
    SequencedMap<String, Expert> fitting = new LinkedHashMap<>();
    for (Map.Entry<String, Checkpoint> expert : experts.entrySet()) {
      fitting.put(expert.getKey(), Expert.of(base, expert.getValue()));
    }
    return of(base, fitting, BasisPolicy.exact());
  }

  /**
   * Decomposes task vectors on this thread and keeps the components in memory; {@link BasisStore}
   * does so in parallel and keeps them on disk.
   *
   * @param experts by name
   * @throws CheckpointException if a weight is not finite
   * @throws IllegalArgumentException if there is no expert
   */
  public static SingularBasis of(
      Checkpoint base, SequencedMap<String, ? extends Expert> experts, BasisPolicy policy)
      throws CheckpointException {
    requireExperts(experts);
    Arena arena = Arena.ofShared();
    try (TaskDecomposition decomposition = new TaskDecomposition(base, policy)) {
      Map<String, Map<String, Factors>> found = new HashMap<>();
      for (Map.Entry<String, ? extends Expert> expert : experts.entrySet()) {
        Map<String, Factors> of = new HashMap<>();
        for (TensorSpec spec : base.config().tensors()) {
          TensorSpec stored = base.tensor(spec.name()).spec();
          of.put(spec.name(), decomposition.factors(stored, expert.getValue(), arena));
        }
        found.put(expert.getKey(), of);
      }
      return new SingularBasis(
          base,
          experts,
          policy,
          (name, spec) ->
              found.getOrDefault(name, Map.of()).getOrDefault(spec.name(), Factors.without(0, 0)),
          arena::close);
    } catch (CheckpointException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  static void requireExperts(Map<String, ? extends Expert> experts) {
    if (experts.isEmpty()) {
      throw new IllegalArgumentException("a singular basis needs at least one expert");
    }
  }

  /** The coordinates of genomes on this basis. */
  public GenomeLayout layout() {
    return layout;
  }

  /**
   * Singular values of an expert's task vector in a tensor, descending, and last the norm of the
   * residual where the basis is truncated; zeros for components that only other experts have. Empty
   * where the tensor is not factorised.
   */
  public float[] singularValues(int expert, int tensor) {
    return changes.get(tensor).get(expert).values(layout.tensors().get(tensor).rank());
  }

  /** The same without the residual, for which there is a zero. */
  public float[] keptValues(int expert, int tensor) {
    return changes.get(tensor).get(expert).kept(layout.tensors().get(tensor).rank());
  }

  /**
   * An expert's task vector in a tensor, row-major.
   *
   * @throws ArithmeticException if it has more elements than an array can hold
   */
  public float[] taskVector(int expert, int tensor) {
    TensorView origin = base.tensor(layout.tensors().get(tensor).name());
    float[] vector = new float[Math.toIntExact(origin.spec().elements())];
    Optional<TensorRows> weights = experts.get(expert).weights(origin.spec().name());
    if (weights.isPresent()) {
      float[] start = origin.toFloats();
      weights.get().read(0, Math.toIntExact(origin.spec().rows()), vector);
      for (int i = 0; i < vector.length; i++) {
        vector[i] -= start[i];
      }
    }
    return vector;
  }

  /**
   * Writes the genome's model into live weights, rounded once to the type that the base's file has
   * for the tensor, so that what is scored is bit for bit what an export holds.
   *
   * @param genome a genome of this basis's layout
   * @param targets take whole rows of float32 elements, in the order of the layout's tensors
   * @param tiles the threads
   * @throws WeightsException if a composed weight is not finite in the tensor's type
   * @throws IOException if a target fails, or the thread was interrupted
   */
  public void compose(Genome genome, List<TensorTarget> targets, Tiles tiles) throws IOException {
    if (targets.size() != changes.size()) {
      throw new IllegalArgumentException(
          "a model of %d tensors needs as many targets, got %d"
              .formatted(changes.size(), targets.size()));
    }
    try (GenomeWeights weights = weights(genome, tiles, _ -> {})) {
      for (int t = 0; t < changes.size(); t++) {
        weights.writeFloats(spec(t), targets.get(t));
      }
    }
  }

  /**
   * The genome's weights for an export, in the base's types.
   *
   * @param tiles the threads; not closed with the weights
   * @param progress told the number of bytes whenever some are done, from any thread
   */
  public GenomeWeights weights(Genome genome, Tiles tiles, LongConsumer progress) {
    requireLayout(genome);
    return new GenomeWeights(this, genome, tiles, progress);
  }

  private void requireLayout(Genome genome) {
    if (!genome.layout().equals(layout)) {
      throw new IllegalArgumentException("the genome belongs to another basis");
    }
  }

  Blend blend(Genome genome, TensorSpec spec) {
    Integer number = numbers.get(spec.name());
    if (number == null || !base.tensor(spec.name()).spec().equals(spec)) {
      throw new IllegalArgumentException("tensor %s is not one of the base's".formatted(spec));
    }
    return blend(genome, number);
  }

  private Blend blend(Genome genome, int tensor) {
    TensorView origin = base.tensor(layout.tensors().get(tensor).name());
    return Blend.of(origin, changes.get(tensor), sets(genome, tensor), core(genome, tensor));
  }

  private static List<TensorCoefficients> sets(Genome genome, int tensor) {
    return genome.coefficients().stream().map(row -> row.get(tensor)).toList();
  }

  private Core core(Genome genome, int tensor) {
    TensorSpec spec = spec(tensor);
    return Core.of(genome.coreOf(tensor), changes.get(tensor), spec.rows(), spec.columns());
  }

  private TensorSpec spec(int tensor) {
    return base.tensor(layout.tensors().get(tensor).name()).spec();
  }

  /** Whether the policy has the components of a tensor. */
  boolean includes(int tensor) {
    return included.get(tensor);
  }

  /**
   * The core after each singular value of the genome's task vector in a tensor was multiplied by 1
   * + w.
   *
   * @param weights w, by the number of components, from the largest on
   */
  TensorCoefficients scaled(Genome genome, int tensor, IntFunction<double[]> weights) {
    requireLayout(genome);
    TensorSpec spec = spec(tensor);
    List<Change> found = changes.get(tensor);
    Core core = core(genome, tensor);
    Core.Form form =
        core.form() == Core.Form.NONE ? Core.form(found, spec.rows(), spec.columns()) : core.form();
    if (form == Core.Form.SPANNED) {
      float[] strengths = new float[Core.span(found)];
      int place = 0;
      for (int e = 0; e < found.size(); e++) {
        float[] part = found.get(e).strengths(sets(genome, tensor).get(e));
        System.arraycopy(part, 0, strengths, place, part.length);
        place += part.length;
      }
      long[] extents = {spec.rows(), spec.columns()};
      return new TensorCoefficients(
          0, spectra.spanned(tensor, found, strengths, core.coefficients(), extents, weights));
    }
    float[] change =
        spectra.dense(
            whole(blend(genome, tensor), false),
            core.coefficients(),
            spec.rows(),
            spec.columns(),
            values -> {
              double[] amounts = weights.apply(values.length);
              for (int i = 0; i < amounts.length; i++) {
                amounts[i] *= values[i];
              }
              return amounts;
            });
    return new TensorCoefficients(0, change);
  }

  /**
   * The core after something was added to the singular values of the genome's full weights in a
   * tensor.
   *
   * @param amounts from all singular values, descending
   */
  TensorCoefficients shifted(Genome genome, int tensor, UnaryOperator<double[]> amounts) {
    requireLayout(genome);
    TensorSpec spec = spec(tensor);
    Core core = core(genome, tensor);
    float[] elements = core.coefficients();
    if (core.form() == Core.Form.SPANNED) {
      List<TensorCoefficients> none =
          sets(genome, tensor).stream().map(_ -> TensorCoefficients.of(0)).toList();
      TensorView origin = base.tensor(spec.name());
      elements = whole(Blend.of(origin, changes.get(tensor), none, core), false);
    }
    return new TensorCoefficients(
        0,
        spectra.dense(
            whole(blend(genome, tensor), true), elements, spec.rows(), spec.columns(), amounts));
  }

  /**
   * The Frobenius norm of a genome's task vector in a tensor, from its elements.
   *
   * @param tensor its number in the layout
   */
  public double norm(Genome genome, int tensor) {
    requireLayout(genome);
    double sum = 0;
    for (float element : whole(blend(genome, tensor), false)) {
      sum += (double) element * element;
    }
    return Math.sqrt(sum);
  }

  private float[] whole(Blend blend, boolean onto) {
    TileComposer composer = borrow();
    try (BlendProducts products = products(blend)) {
      return composer.whole(blend, products, onto);
    } finally {
      giveBack(composer);
    }
  }

  /**
   * Bytes of a genome's core.
   *
   * @param dense whether it has all elements of all matrices that the policy includes
   */
  long coreBytes(boolean dense) {
    long elements = 0;
    for (int t = 0; t < changes.size(); t++) {
      TensorSpec spec = spec(t);
      long span = Core.span(changes.get(t));
      if (dense ? includes(t) : layout.tensors().get(t).rank() > 0) {
        boolean spanned =
            !dense && Core.form(changes.get(t), spec.rows(), spec.columns()) == Core.Form.SPANNED;
        elements += spanned ? span * span : spec.elements();
      }
    }
    return elements * Float.BYTES;
  }

  BlendProducts products(Blend blend) {
    return BlendProducts.of(program, buffers, blend);
  }

  TileComposer borrow() {
    TileComposer composer = idle.poll();
    return composer == null ? new TileComposer(tile) : composer;
  }

  void giveBack(TileComposer composer) {
    idle.add(composer);
  }

  @Override
  public void close() {
    idle.forEach(TileComposer::close);
    buffers.close();
    closer.run();
    program.close();
  }
}
