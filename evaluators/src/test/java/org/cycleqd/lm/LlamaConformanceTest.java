package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.SafetensorsFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits, log-probabilities and greedy tokens of Hugging Face's Llama on random weights. */
class LlamaConformanceTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/golden/llama");
  private static final int NEW_TOKENS = 32;

  /** Tokens of the longest prompt; not one position more is prepared than its answer needs. */
  private static final int LONGEST = 24;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a_mha",
        "b_gqa_theta500k",
        "c_llama3_rope",
        "d_tied",
        "e_head_dim",
        "f_bias",
        "g_bf16",
        "h_sharded",
        "i_config_v4",
        "i_config_v5"
      })
  void agreesWithTheReference(String name) throws IOException {
    Path folder = GOLDEN.resolve(name);
    assumeTrue(Files.isDirectory(folder), "the reference values are not beside the project");
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        SafetensorsFile values = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        LlamaRuntime runtime = new LlamaRuntime(checkpoint.config(), LONGEST + NEW_TOKENS);
        LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      List<int[]> sequences = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int[] ids = ints(expected.get("input_ids").get(i));
        sequences.add(ids);
        compareLogits(
            model.logits(ids),
            Objects.requireNonNull(values.tensors().get("logits_seq" + i)).toFloats(),
            name + " " + i);
      }
      compareContinuation(model, expected);
      List<int[]> greedy = rows(expected.get("greedy_tokens"));
      List<Request> plain = sequences.stream().map(s -> new Request(s, new int[0])).toList();
      assertThat(model.generate(plain, endless(NEW_TOKENS, 8))).containsExactlyElementsOf(greedy);
      assertDraftsChangeNothing(model, sequences, greedy);
    }
  }

  private static void compareLogits(float[][] found, float[] expected, String what) {
    int words = found[0].length;
    for (int t = 0; t < found.length; t++) {
      float[] row = Arrays.copyOfRange(expected, t * words, (t + 1) * words);
      assertThat(found[t]).as("%s, position %d", what, t).containsExactly(row, within(1e-4f));
    }
  }

  private static void compareContinuation(LiveModel model, JsonNode expected) {
    for (int i = 0; i < expected.get("continuation_ids").size(); i++) {
      int[] prompt = ints(expected.get("input_ids").get(i));
      int[] continuation = ints(expected.get("continuation_ids").get(i));
      int[] ids = Arrays.copyOf(prompt, prompt.length + continuation.length);
      System.arraycopy(continuation, 0, ids, prompt.length, continuation.length);
      float[][] logits = model.logits(ids);
      for (int t = 0; t < continuation.length; t++) {
        double logProbability = logProbability(logits[prompt.length + t - 1], continuation[t]);
        double reference = expected.get("continuation_logprobs").get(i).get(t).asDouble();
        assertThat(logProbability).isCloseTo(reference, within(1e-4));
      }
    }
  }

  private static double logProbability(float[] logits, int id) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - logits[id]);
    }
    return -Math.log(sum);
  }

  /** Right, half right, wrong, too long and empty drafts all give the plain answer. */
  private static void assertDraftsChangeNothing(
      LiveModel model, List<int[]> prompts, List<int[]> greedy) {
    List<Request> requests = new ArrayList<>();
    List<int[]> answers = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] half = greedy.get(i).clone();
      half[NEW_TOKENS / 2] = (half[NEW_TOKENS / 2] + 1) % 320;
      int[] wrong = greedy.get(i).clone();
      wrong[0] = (wrong[0] + 7) % 320;
      int[] longer = Arrays.copyOf(greedy.get(i), NEW_TOKENS + 5);
      int[] shorter = Arrays.copyOf(greedy.get(i), 5);
      // So many rows without a usable draft that a finished row stays in the batch for a while.
      int[] none = {};
      for (int[] draft :
          List.of(greedy.get(i), half, wrong, longer, shorter, none, none, wrong, none)) {
        requests.add(new Request(prompts.get(i), draft));
        answers.add(greedy.get(i));
      }
    }
    assertThat(model.generate(requests, endless(NEW_TOKENS, 64)))
        .containsExactlyElementsOf(answers);
    assertThat(model.generate(requests, endless(NEW_TOKENS, 5))).containsExactlyElementsOf(answers);
    assertThat(model.generate(requests, endless(3, 64)))
        .containsExactlyElementsOf(answers.stream().map(a -> Arrays.copyOf(a, 3)).toList());
  }

  /** The reference decoded without end tokens. */
  private static Decoding endless(int limit, int rows) {
    return new Decoding(limit, rows, Set.of());
  }

  private static List<int[]> rows(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(LlamaConformanceTest::ints)
        .toList();
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
