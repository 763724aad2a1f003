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
import java.util.Set;
import java.util.stream.StreamSupport;
import org.cycleqd.checkpoint.Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two trained models against float64 arithmetic on their published weights. */
class TrainedModelTest {

  private static final Path DATA =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/data");

  @ParameterizedTest
  @ValueSource(strings = {"stories260k", "babyllama105"})
  void agrees(String name) throws IOException {
    Path folder = DATA.resolve(name);
    assumeTrue(Files.isDirectory(folder), "the models are not beside the project");
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("hf"));
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      compareLogits(model, expected.get("logits_for"));
      compareGreedy(model, expected.get("greedy"));
      compareLikelihoods(model, expected);
    }
  }

  private static void compareLogits(LiveModel model, JsonNode expected) {
    float[][] logits = model.logits(ints(expected.get("ids")));
    for (JsonNode row : expected.get("rows")) {
      float[] found = logits[row.get("pos").asInt()];
      double sum = 0;
      for (float logit : found) {
        sum += logit;
      }
      assertThat(sum).isCloseTo(row.get("sum").asDouble(), within(1e-5 * found.length));
      for (JsonNode top : row.get("top")) {
        assertThat((double) found[top.get(0).asInt()])
            .isCloseTo(top.get(1).asDouble(), within(5e-5));
      }
    }
  }

  private static void compareGreedy(LiveModel model, JsonNode expected) {
    List<Request> requests = new ArrayList<>();
    List<int[]> answers = new ArrayList<>();
    for (JsonNode text : expected) {
      int[] prompt = ints(text.get("prompt_ids"));
      int[] all = ints(text.get("ids"));
      int[] answer = Arrays.copyOfRange(all, prompt.length, all.length);
      for (int[] draft : new int[][] {{}, answer, Arrays.copyOf(answer, answer.length / 3)}) {
        requests.add(new Request(prompt, draft));
        answers.add(answer);
      }
    }
    for (int i = 0; i < requests.size(); i++) {
      Generation generation = Generation.greedy(answers.get(i).length, Set.of());
      assertThat(model.generate(List.of(requests.get(i)), generation, 1).getFirst().ids())
          .isEqualTo(answers.get(i));
    }
  }

  private static void compareLikelihoods(LiveModel model, JsonNode expected) {
    List<Continuation> texts = new ArrayList<>();
    for (JsonNode text : expected.get("encode")) {
      int[] ids = ints(text.get("ids"));
      if (ids.length > 1) {
        texts.add(new Continuation(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length)));
      }
    }
    List<Likelihood> found = model.score(texts, 3);
    int compared = 0;
    for (JsonNode text : expected.get("nll")) {
      double[] each =
          StreamSupport.stream(text.get("per_token").spliterator(), false)
              .mapToDouble(JsonNode::asDouble)
              .toArray();
      for (int i = 0; i < found.size(); i++) {
        if (sameText(expected.get("encode"), i, text)) {
          float[] logProbabilities = found.get(i).logProbabilities();
          assertThat(logProbabilities).hasSize(each.length);
          for (int t = 0; t < each.length; t++) {
            assertThat(-(double) logProbabilities[t]).isCloseTo(each[t], within(1e-4));
          }
          compared++;
        }
      }
    }
    assertThat(compared).isPositive();
  }

  private static boolean sameText(JsonNode encoded, int number, JsonNode text) {
    int next = 0;
    for (JsonNode each : encoded) {
      if (each.get("ids").size() > 1 && next++ == number) {
        return each.get("text").equals(text.get("text"));
      }
    }
    return false;
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
