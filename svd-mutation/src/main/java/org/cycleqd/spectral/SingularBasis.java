package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.TorchProgram;

/**
 * Task vectors of experts on one base, with the thin singular value decomposition of every matrix.
 * Composing a genome costs one weighted sum and one matrix product per tensor, and no further
 * decomposition. Safe for use from several threads.
 */
public final class SingularBasis implements AutoCloseable {

  private final GenomeLayout layout;
  private final TorchProgram program;
  private final NDManager manager;
  private final List<Components> tensors;

  private SingularBasis(
      GenomeLayout layout, TorchProgram program, NDManager manager, List<Components> tensors) {
    this.layout = layout;
    this.program = program;
    this.manager = manager;
    this.tensors = List.copyOf(tensors);
  }

  /**
   * Reads base and experts and factorises the task vectors.
   *
   * @param experts by name; each must fit the base in architecture, shapes and vocabulary
   * @throws CheckpointException if one does not fit
   * @throws IllegalArgumentException if there is no expert, or a weight is not finite
   */
  public static SingularBasis build(Checkpoint base, SequencedMap<String, Checkpoint> experts)
      throws CheckpointException {
    if (experts.isEmpty()) {
      throw new IllegalArgumentException("a singular basis needs at least one expert");
    }
    for (Checkpoint expert : experts.values()) {
      Compatibility.require(base, expert);
    }
    TorchProgram program = TorchProgram.load(ComposeProgram.TEXT);
    NDManager manager = NDManager.newBaseManager("PyTorch");
    try {
      return build(program, manager, base, experts);
    } catch (RuntimeException e) {
      manager.close();
      program.close();
      throw e;
    }
  }

  private static SingularBasis build(
      TorchProgram program,
      NDManager manager,
      Checkpoint base,
      SequencedMap<String, Checkpoint> experts) {
    LayerGroups groups = new LayerGroups(base.config().layers());
    List<TensorSite> sites = new ArrayList<>();
    List<Components> tensors = new ArrayList<>();
    for (TensorSpec spec : base.config().tensors()) {
      Components components =
          components(program, manager, spec, base, List.copyOf(experts.values()));
      tensors.add(components);
      int rank = components.values()[0].length;
      sites.add(new TensorSite(spec.name(), groups.of(spec.name()), rank));
    }
    GenomeLayout layout = new GenomeLayout(List.copyOf(experts.keySet()), sites);
    return new SingularBasis(layout, program, manager, tensors);
  }

  private static Components components(
      TorchProgram program,
      NDManager manager,
      TensorSpec spec,
      Checkpoint base,
      List<Checkpoint> experts) {
    DType dtype = base.tensor(spec.name()).spec().dtype();
    float[] origin = values(base, spec);
    float[] differences = new float[experts.size() * origin.length];
    for (int e = 0; e < experts.size(); e++) {
      float[] tuned = values(experts.get(e), spec);
      for (int i = 0; i < origin.length; i++) {
        differences[e * origin.length + i] = tuned[i] - origin[i];
      }
    }
    Shape shape = new Shape(spec.shape().stream().mapToLong(Long::longValue).toArray());
    NDArray start = manager.create(origin, shape);
    NDArray taskVectors = manager.create(differences, new Shape(experts.size(), origin.length));
    if (shape.dimension() != 2 || shape.get(0) == 1 || shape.get(1) == 1) {
      return new Components(
          dtype,
          start,
          taskVectors,
          manager.zeros(new Shape(shape.get(0), 0)),
          manager.zeros(new Shape(0, 0)),
          new float[experts.size()][0]);
    }
    NDList left = new NDList();
    NDList right = new NDList();
    float[][] values = new float[experts.size()][];
    try (NDManager step = manager.newSubManager()) {
      for (int e = 0; e < experts.size(); e++) {
        NDArray row = taskVectors.get(e);
        row.attach(step);
        NDArray matrix = row.reshape(shape);
        matrix.attach(step);
        NDList factors = program.call(step, "svd", matrix);
        left.add(factors.get(0));
        values[e] = factors.get(1).toFloatArray();
        right.add(factors.get(2));
      }
      NDArray allLeft = NDArrays.concat(left, 1);
      NDArray allRight = NDArrays.concat(right, 0);
      allLeft.attach(manager);
      allRight.attach(manager);
      return new Components(dtype, start, taskVectors, allLeft, allRight, values);
    }
  }

  private static float[] values(Checkpoint checkpoint, TensorSpec spec) {
    float[] values = checkpoint.tensor(spec.name()).toFloats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "%s: tensor %s: found %s at element %d, expected finite weights"
                .formatted(checkpoint.folder(), spec.name(), values[i], i));
      }
    }
    return values;
  }

  /** The coordinates of genomes on this basis. */
  public GenomeLayout layout() {
    return layout;
  }

  /**
   * Singular values of an expert's task vector in a tensor, descending; empty where the tensor is
   * not factorised.
   */
  public float[] singularValues(int expert, int tensor) {
    return tensors.get(tensor).values()[expert].clone();
  }

  /** An expert's task vector in a tensor, row-major. */
  public float[] taskVector(int expert, int tensor) {
    try (NDArray row = tensors.get(tensor).taskVectors().get(expert)) {
      return row.toFloatArray();
    }
  }

  /**
   * Writes the genome's model into live weights, rounded once to the type that the base's file has
   * for the tensor, so that what is scored is bit for bit what an export holds.
   *
   * @param genome a genome of this basis's layout
   * @param targets float32 arrays in the order and shapes of the layout's tensors
   */
  public void compose(Genome genome, NDList targets) {
    if (!genome.layout().equals(layout)) {
      throw new IllegalArgumentException("the genome belongs to another basis");
    }
    if (targets.size() != tensors.size()) {
      throw new IllegalArgumentException(
          "a model of %d tensors needs as many targets, got %d"
              .formatted(tensors.size(), targets.size()));
    }
    int experts = layout.experts().size();
    try (NDManager step = NDManager.newBaseManager("PyTorch")) {
      for (int t = 0; t < tensors.size(); t++) {
        Components parts = tensors.get(t);
        float[] scales = new float[experts];
        boolean spectral = false;
        for (int e = 0; e < experts; e++) {
          scales[e] = genome.coefficients().get(e).get(t).scale();
          spectral |= genome.coefficients().get(e).get(t).spectral();
        }
        NDArray left = spectral ? parts.left() : step.zeros(new Shape(0, 0));
        program.call(
            step,
            "compose",
            targets.get(t),
            parts.base(),
            parts.taskVectors(),
            step.create(scales),
            left,
            step.create(spectral ? amounts(genome, t) : new float[0]),
            parts.right(),
            torchType(parts.dtype()));
      }
    }
  }

  /** Each component's deviation times its singular value, expert after expert. */
  private float[] amounts(Genome genome, int tensor) {
    float[][] values = tensors.get(tensor).values();
    int rank = values[0].length;
    float[] amounts = new float[values.length * rank];
    for (int e = 0; e < values.length; e++) {
      float[] shift = genome.coefficients().get(e).get(tensor).shift();
      for (int i = 0; i < shift.length; i++) {
        amounts[e * rank + i] = shift[i] * values[e][i];
      }
    }
    return amounts;
  }

  private static int torchType(DType dtype) {
    return switch (dtype) {
      case F32 -> 6;
      case F16 -> 5;
      case BF16 -> 15;
      default -> throw new IllegalStateException("a checkpoint's weights are not " + dtype);
    };
  }

  @Override
  public void close() {
    manager.close();
    program.close();
  }
}
