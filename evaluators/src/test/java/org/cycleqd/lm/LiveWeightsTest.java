package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.pool.ModelPool;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One live model that becomes many candidates, with the experts that the project ships. */
class LiveWeightsTest {

  private static final Path MODELS =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("experiments/models/pico");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Tiles tiles = new Tiles(2);

  private Checkpoint open(String name) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(MODELS.resolve(name));
    opened.add(checkpoint);
    return checkpoint;
  }

  @BeforeEach
  void modelsAreThere() {
    assumeTrue(Files.isDirectory(MODELS), "the pico models are not there");
  }

  @AfterEach
  void close() throws Exception {
    tiles.close();
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private SingularBasis basis(Checkpoint base) throws IOException {
    SequencedMap<String, Checkpoint> experts = new LinkedHashMap<>();
    for (String name : List.of("code", "db", "os")) {
      experts.put(name, open(name));
    }
    SingularBasis basis = SingularBasis.build(base, experts);
    opened.add(basis);
    return basis;
  }

  private static Genome drawn(SingularBasis basis, int number) {
    double[] scales = new double[3];
    Arrays.setAll(scales, e -> Draws.at(3, number).uniform(e));
    Genome mixed = Genome.uniform(basis.layout(), scales);
    return new ExpertBasisMutation(0.3).mutate(mixed, 0, Draws.at(4, number));
  }

  private static int[] prompt(int number) {
    Draws draws = Draws.at(5, number);
    int[] ids = new int[12];
    Arrays.setAll(ids, i -> 3 + draws.below(i, 300));
    return ids;
  }

  @Test
  void swappingBackRestoresEveryBit() throws IOException {
    Checkpoint base = open("base");
    SingularBasis basis = basis(base);
    LlamaRuntime runtime = new LlamaRuntime(base.config(), 64);
    opened.add(runtime);
    LiveModel model = new LiveModel(runtime);
    opened.add(model);
    Genome one = drawn(basis, 1);
    basis.compose(one, model.targets(), tiles);
    float[][] first = model.logits(prompt(0));
    long checksum = model.checksum();
    List<float[]> weights = model.weights().stream().map(w -> w.toFloatArray()).toList();
    basis.compose(drawn(basis, 2), model.targets(), tiles);
    assertThat(Arrays.deepEquals(model.logits(prompt(0)), first)).isFalse();
    assertThat(model.checksum()).isNotEqualTo(checksum);
    basis.compose(one, model.targets(), tiles);
    assertThat(Arrays.deepEquals(model.logits(prompt(0)), first)).isTrue();
    assertThat(model.checksum()).isEqualTo(checksum);
    for (int i = 0; i < weights.size(); i++) {
      assertThat(model.weights().get(i).toFloatArray()).isEqualTo(weights.get(i));
    }
  }

  @Test
  void aThousandCandidatesLeaveNoArraysBehind() throws IOException {
    Checkpoint base = open("base");
    SingularBasis basis = basis(base);
    LlamaRuntime runtime = new LlamaRuntime(base.config(), 64);
    opened.add(runtime);
    LiveModel model = new LiveModel(runtime);
    opened.add(model);
    Decoding decoding = new Decoding(4, 4, Set.of());
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requests.add(new Request(prompt(i), new int[0]));
    }
    NDManager own = model.weights().getFirst().getManager();
    int before = 0;
    for (int candidate = 0; candidate < 1000; candidate++) {
      if (candidate == 10) {
        before = arrays(own);
      }
      basis.compose(drawn(basis, candidate), model.targets(), tiles);
      assertThat(model.generate(requests, decoding)).hasSize(4);
    }
    assertThat(before).isPositive();
    assertThat(arrays(own)).isEqualTo(before);
  }

  /** Arrays of the model and of libtorch's own manager; all other managers take no more. */
  private static int arrays(NDManager manager) {
    return manager.getManagedArrays().size() + manager.getParentManager().getManagedArrays().size();
  }

  /** Composed weights are bfloat16 numbers, which live arrays of that type hold as they are. */
  @Test
  void aCandidateIsTheSameInBothTypes() throws IOException {
    Checkpoint base = open("base");
    SingularBasis basis = basis(base);
    List<List<float[]>> weights = new ArrayList<>();
    for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
      try (LlamaRuntime runtime =
              new LlamaRuntime(base.config(), 64, new Placement("cpu", precision));
          LiveModel model = new LiveModel(runtime)) {
        basis.compose(drawn(basis, 1), model.targets(), tiles);
        weights.add(
            base.config().tensors().stream().map(spec -> model.floats(spec.name())).toList());
      }
    }
    assertThat(weights.getLast()).containsExactlyElementsOf(weights.getFirst());
  }

  @Test
  void anInterruptedPoolCanBeUsedAgain() throws Exception {
    Checkpoint base = open("base");
    SingularBasis basis = basis(base);
    LlamaRuntime runtime = new LlamaRuntime(base.config(), 64);
    opened.add(runtime);
    ModelPool pool = new ModelPool(runtime, basis, 1, 2);
    opened.add(pool);
    Genome genome = drawn(basis, 1);
    long checksum = pool.use(genome, LiveModel::checksum);
    for (int i = 0; i < 40; i++) {
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread other = Thread.ofPlatform().start(() -> useForever(pool, drawn(basis, 2), end));
      Thread.sleep(2 + i % 5);
      other.interrupt();
      other.join();
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
      assertThat(pool.use(genome, LiveModel::checksum).longValue()).isEqualTo(checksum);
    }
  }

  private static void useForever(ModelPool pool, Genome genome, AtomicReference<Throwable> end) {
    try {
      while (true) {
        pool.use(genome, LiveModel::checksum);
      }
    } catch (InterruptedException | RuntimeException e) {
      end.set(e);
    }
  }

  @Test
  void halfPrecisionAnswersLikeSingle() throws IOException {
    Checkpoint expert = open("code");
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      requests.add(new Request(prompt(i), new int[0]));
    }
    List<List<int[]>> answers = new ArrayList<>();
    for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
      try (LlamaRuntime runtime =
              new LlamaRuntime(expert.config(), 64, new Placement("cpu", precision));
          LiveModel model = new LiveModel(runtime)) {
        model.load(expert);
        answers.add(model.generate(requests, new Decoding(6, 7, Set.of())));
        float[][] logits = model.logits(prompt(1));
        assertThat(logits[11]).hasSize(expert.config().vocabularySize());
        List<int[]> drafted =
            model.generate(
                IntStream.range(0, 20)
                    .mapToObj(i -> new Request(prompt(i), answers.getLast().get(i)))
                    .toList(),
                new Decoding(6, 7, Set.of()));
        assertThat(drafted).hasSize(20);
      }
    }
    int same = 0;
    for (int i = 0; i < 20; i++) {
      same += answers.get(0).get(i)[0] == answers.get(1).get(i)[0] ? 1 : 0;
    }
    assertThat(same).isGreaterThanOrEqualTo(17); // weights are bfloat16; activations are rounded
  }
}
