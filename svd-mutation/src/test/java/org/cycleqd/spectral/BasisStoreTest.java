package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bases on disk: built once, resumed, repaired, and shared by processes. */
class BasisStoreTest {

  private static final BasisPolicy POLICY = BasisPolicy.of(new Truncation.Rank(3));
  private static final int KILLED = 128 + 9;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TinyExperts models;

  @BeforeEach
  void open() throws IOException {
    models = TinyExperts.random(folder, TinyExperts.config(DType.BF16, false, 12, 10));
  }

  @AfterEach
  void close() {
    models.close();
  }

  private BasisStore store(int threads) {
    return new BasisStore(folder.resolve("bases"), threads);
  }

  private SequencedMap<String, Expert> experts() {
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    models.experts().forEach((name, model) -> experts.put(name, new FullExpert(model)));
    return experts;
  }

  private List<float[]> compose(SingularBasis basis) {
    TinyExperts same = new TinyExperts(models.base(), models.experts(), basis);
    return same.compose(same.genome(7));
  }

  /** Writes down what happens. */
  private static final class Log implements BasisListener {

    private final List<String> events = new ArrayList<>();

    @Override
    public void decomposed(String expert, int done, int total, String tensor) {
      events.add("%s %d/%d".formatted(expert, done, total));
    }

    @Override
    public void damaged(Path file, String reason) {
      events.add(reason);
    }
  }

  private Log use() throws IOException {
    Log log = new Log();
    try (SingularBasis basis = store(2).open(models.base(), experts(), POLICY, log);
        SingularBasis memory = SingularBasis.of(models.base(), experts(), POLICY)) {
      assertThat(basis.layout()).isEqualTo(memory.layout());
      assertThat(compose(basis)).containsExactlyElementsOf(compose(memory));
      for (int t = 0; t < basis.layout().tensors().size(); t++) {
        assertThat(basis.singularValues(1, t)).isEqualTo(memory.singularValues(1, t));
      }
    }
    return log;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("bases"))) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void aBasisIsBuiltOnceAndNamedByItsContent() throws IOException {
    assertThat(use().events).hasSize(2 * 29).contains("a 29/29", "b 1/29");
    assertThat(names()).hasSize(2).allMatch(name -> name.matches("[0-9a-f]{64}\\.safetensors"));
    assertThat(use().events).isEmpty();
    // The names of experts are not part of their content.
    SequencedMap<String, Expert> renamed = new LinkedHashMap<>();
    renamed.put("other", new FullExpert(models.expert("b")));
    Log log = new Log();
    store(1).open(models.base(), renamed, POLICY, log).close();
    assertThat(log.events).isEmpty();
    store(1).open(models.base(), renamed, BasisPolicy.exact(), log).close();
    assertThat(log.events).hasSize(29);
    assertThat(names()).hasSize(3);
  }

  @Test
  void theFileDoesNotDependOnThreads() throws IOException {
    store(1).open(models.base(), experts(), POLICY, BasisListener.silent()).close();
    BasisStore other = new BasisStore(folder.resolve("others"), 2);
    other.open(models.base(), experts(), POLICY, BasisListener.silent()).close();
    for (Path file : other.files()) {
      Path same = folder.resolve("bases").resolve(file.getFileName());
      assertThat(Files.mismatch(file, same)).isEqualTo(-1);
    }
  }

  @Test
  void entriesSayWhatIsStored() throws IOException {
    use();
    BasisStore store = store(1);
    assertThat(store.files()).hasSize(2);
    for (Path file : store.files()) {
      BasisStore.Entry entry = store.entry(file);
      assertThat(entry.identity().base()).isEqualTo(models.base().digest());
      assertThat(entry.identity().policy())
          .isEqualTo("rank 3, vectors scalar, embeddings include, heads include");
      assertThat(entry.tensors()).isEqualTo(29);
      assertThat(entry.components()).isEqualTo(3 * 16); // 7 matrices in 2 layers, 2 embeddings
      assertThat(entry.largestError()).isZero();
      assertThat(entry.bytes()).isEqualTo(Files.size(file));
      assertThat(store.verify(file)).isEmpty();
    }
    assertThat(new BasisStore(folder.resolve("none"), 1).files()).isEmpty();
  }

  @Test
  void aDamagedBasisIsFoundAndBuiltAgain() throws IOException {
    use();
    Path file = store(1).files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(whole.length - 9);
      bytes.write(whole[whole.length - 9] ^ 1);
    }
    assertThat(store(1).verify(file).orElseThrow())
        .matches("tensor \\S+: found components with digest [0-9a-f]{64}, expected [0-9a-f]{64}");
    assertThat(use().events)
        .hasSize(1 + 29)
        .first()
        .asString()
        .contains("found components with digest");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);

    Files.write(file, new byte[20]); // not even a header
    assertThat(store(1).verify(file)).isPresent();
    assertThatThrownBy(() -> store(1).entry(file)).isInstanceOf(IOException.class);
    assertThat(use().events).hasSize(1 + 29);
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void aKilledBuildGoesOnWithWhatItHad() throws Exception {
    Process process = BuildingProcess.start(folder, 12);
    assertThat(process.waitFor()).isEqualTo(KILLED);
    assertThat(names())
        .anyMatch(name -> name.endsWith(".parts"))
        .noneMatch(name -> name.endsWith(".safetensors"));
    Path parts;
    try (Stream<Path> all = Files.list(folder.resolve("bases"))) {
      parts = all.filter(path -> path.toString().endsWith(".parts")).findFirst().orElseThrow();
    }
    // A finished part is marked by a content that a new decomposition would not have.
    TensorSpec marked = models.base().tensor("model.embed_tokens.weight").spec();
    Path finished = parts.resolve(marked.name() + ".safetensors");
    BasisIdentity identity;
    try (BasisFile part = BasisFile.open(finished)) {
      identity = part.identity();
    }
    BasisFile.write(
        finished, identity, List.of(marked), StoredFactors.views(marked, Factors.without(3, 42)));
    Path damaged = parts.resolve("model.layers.0.self_attn.q_proj.weight.safetensors");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);
    Log log = new Log();
    try (SingularBasis basis = store(2).open(models.base(), experts(), POLICY, log);
        SingularBasis memory = SingularBasis.of(models.base(), experts(), POLICY)) {
      assertThat(basis.singularValues(0, 0)).containsExactly(0, 0, 0, 42);
      for (int t = 1; t < basis.layout().tensors().size(); t++) {
        assertThat(basis.singularValues(0, t)).isEqualTo(memory.singularValues(0, t));
      }
    }
    assertThat(log.events).contains("a 29/29").noneMatch(event -> event.contains("found"));
    assertThat(names()).hasSize(2).allMatch(name -> name.endsWith(".safetensors"));
  }

  @Test
  void twoProcessesAndTwoThreadsBuildOne() throws Exception {
    Process other = BuildingProcess.start(folder, Integer.MAX_VALUE);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Log>> logs = List.of(threads.submit(this::use), threads.submit(this::use));
      int built = logs.get(0).get().events.size() + logs.get(1).get().events.size();
      assertThat(other.waitFor()).isZero();
      long elsewhere = other.inputReader().lines().count();
      // The process builds expert "a" only.
      assertThat(built + elsewhere).isEqualTo(2 * 29);
    }
    assertThat(use().events).isEmpty();
    assertThat(names()).hasSize(2);
  }

  @Test
  void aFailedBuildSaysWhyAndLeavesNoBasis() throws IOException {
    try (Checkpoint broken =
        TinyExperts.publish(
            folder.resolve("broken"),
            models.base().config(),
            spec -> {
              float[] values = new float[(int) spec.elements()];
              values[0] = spec.name().equals("model.norm.weight") ? Float.NaN : 0;
              return values;
            })) {
      SequencedMap<String, Expert> experts = new LinkedHashMap<>();
      experts.put("x", new FullExpert(broken));
      assertThatThrownBy(
              () -> store(2).open(models.base(), experts, POLICY, BasisListener.silent()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model.norm.weight: found NaN at element 0");
      assertThat(store(1).files()).isEmpty();
    }
  }
}
