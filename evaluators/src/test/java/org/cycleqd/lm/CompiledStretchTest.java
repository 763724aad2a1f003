package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.llvm.Processor;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding in machine code and by libtorch, which must choose the same tokens. */
class CompiledStretchTest {

  private static final Path SHARED =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared");
  private static final int POSITIONS = 200;
  private static final int LIMIT = 60;

  @BeforeEach
  void thereIsACompiler() {
    assumeTrue(Processor.find().isPresent(), "no compiler for this processor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data/stories260k/hf",
        "data/babyllama105/hf",
        "golden/llama/a_mha",
        "golden/llama/b_gqa_theta500k",
        "golden/llama/c_llama3_rope",
        "golden/llama/d_tied",
        "golden/llama/e_head_dim",
        "golden/llama/f_bias",
        "golden/llama/g_bf16"
      })
  void choosesWhatLibtorchChooses(String name) throws IOException {
    Path folder = SHARED.resolve(name);
    assumeTrue(Files.isDirectory(folder), "the models are not beside the project");
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        LlamaRuntime steps = new LlamaRuntime(checkpoint.config(), POSITIONS);
        LlamaRuntime plain = LlamaRuntime.withoutKernel(checkpoint.config(), POSITIONS)) {
      assertThat(steps.kernel()).isPresent();
      assertThat(plain.kernel()).isEmpty();
      List<Answer> found = answers(checkpoint, steps);
      List<Answer> expected = answers(checkpoint, plain);
      for (int i = 0; i < expected.size(); i++) {
        compare(found.get(i), expected.get(i), "answer " + i);
      }
    }
  }

  private static void compare(Answer found, Answer expected, String what) {
    assertThat(found.ids()).as(what).isEqualTo(expected.ids());
    assertThat(found.ended()).as(what).isEqualTo(expected.ended());
    assertThat(found.logProbabilities())
        .as(what)
        .hasSameSizeAs(expected.logProbabilities())
        .containsExactly(expected.logProbabilities(), within(1e-4f));
    assertThat(found.alternatives()).as(what).hasSameSizeAs(expected.alternatives());
    for (int t = 0; t < expected.alternatives().size(); t++) {
      Alternatives own = found.alternatives().get(t);
      Alternatives other = expected.alternatives().get(t);
      assertThat(own.ids()).as(what).isEqualTo(other.ids());
      assertThat(own.logProbabilities())
          .as(what)
          .containsExactly(other.logProbabilities(), within(1e-4f));
    }
  }

  /** All kinds of answers beside each other, on few places, and greedy ones alone. */
  private static List<Answer> answers(Checkpoint checkpoint, LlamaRuntime runtime) {
    int words = checkpoint.config().vocabularySize();
    List<Sampling> choices =
        List.of(
            Sampling.greedy(), new Sampling(1, 0.9, 3), new Sampling(0.6, 1, 4), Sampling.greedy());
    List<Detail> details =
        List.of(Detail.NONE, Detail.LOG_PROBABILITIES, new Detail(true, 3), Detail.NONE);
    List<Answer> all = new ArrayList<>();
    try (LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      for (int seed = 0; seed < 2; seed++) {
        try (Decoder decoder = new Decoder(model, 5, POSITIONS)) {
          List<CompletableFuture<Answer>> asked = new ArrayList<>();
          for (int i = 0; i < 12; i++) {
            Sampling sampling = seed == 0 ? Sampling.greedy() : choices.get(i % choices.size());
            Detail detail = seed == 0 ? Detail.NONE : details.get((i + i / 4) % details.size());
            Generation generation = new Generation(LIMIT - 4 * i, Set.of(2), sampling);
            Request request = new Request(text(i, 1 + 11 * i, words), new int[0]);
            asked.add(decoder.submit(request, generation, detail));
          }
          decoder.drain();
          asked.forEach(answer -> all.add(answer.join()));
        }
      }
    }
    return all;
  }

  private static int[] text(int number, int length, int words) {
    Draws draws = Draws.at(11, number);
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> draws.below(i, words));
    ids[0] = 1;
    return ids;
  }
}
