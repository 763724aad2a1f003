package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that drop at random: by the peer's statistics, and by what any dropping must keep. */
class RandomMethodsTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/merge");
  private static final int SEEDS = 200;
  private static final double SIGMAS = 5;

  private static JsonNode stats() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.resolve("random/stats.json").toFile());
  }

  static Stream<JsonNode> sparsifications() throws IOException {
    return Files.isDirectory(GOLDEN)
        ? StreamSupport.stream(stats().get("sparsify").spliterator(), false)
        : Stream.of(new ObjectMapper().createObjectNode());
  }

  static Stream<String> merges() throws IOException {
    return Files.isDirectory(GOLDEN)
        ? stats().get("merges").properties().stream().map(Map.Entry::getKey)
        : Stream.of("none");
  }

  private static TensorView view(SafetensorsFile file, String tensor) {
    return Objects.requireNonNull(file.tensors().get(tensor), tensor);
  }

  private static float[] golden(String model, String tensor) throws IOException {
    Path path = GOLDEN.resolve("models/%s/model.safetensors".formatted(model));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return view(file, tensor).toFloats();
    }
  }

  private static long[] shape(String tensor) throws IOException {
    Path path = GOLDEN.resolve("models/base/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return view(file, tensor).spec().shape().stream().mapToLong(Long::longValue).toArray();
    }
  }

  private static double[] doubles(String name, String key) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(GOLDEN.resolve("random/" + name))) {
      return view(file, key).data().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }
  }

  private static double magnitude(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).sum();
  }

  private static float[] difference(float[] a, float[] b) {
    float[] difference = a.clone();
    for (int i = 0; i < b.length; i++) {
      difference[i] -= b[i];
    }
    return difference;
  }

  /** A merge of one task vector with nothing, so that the result is what is left of it. */
  private static SmallMerge sparsification(JsonNode facts) throws IOException {
    String tensor = facts.get("tensor").asText();
    float[] delta =
        difference(golden(facts.get("expert").asText(), tensor), golden("base", tensor));
    return SmallMerge.of(facts.get("method").asText() + "_linear")
        .named(tensor)
        .shape(shape(tensor))
        .base(new float[delta.length])
        .model(parameters(facts, 1), delta);
  }

  private static Map<String, Object> parameters(JsonNode facts, double weight) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("weight", weight);
    parameters.put("density", facts.get("density").asDouble());
    if (!facts.get("epsilon").isNull()) {
      parameters.put("epsilon", facts.get("epsilon").asDouble());
    }
    return parameters;
  }

  @ParameterizedTest
  @MethodSource("sparsifications")
  void keepsAsMuchAsThePeer(JsonNode facts) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden merges are not here");
    SmallMerge merge = sparsification(facts);
    float[] delta = merge.models().getFirst().values();
    assertThat(magnitude(delta)).isCloseTo(facts.get("l1_delta").asDouble(), within(1e-4));
    double sum = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      float[] left = merge.seed(seed).merge();
      double factor = 0;
      int kept = 0;
      for (int i = 0; i < left.length; i++) {
        if (left[i] != 0) {
          factor += (double) left[i] / delta[i];
          kept++;
        }
      }
      factor /= kept;
      assertThat((double) kept / left.length)
          .isCloseTo(
              facts.get("kept_expected").asDouble(),
              within(facts.get("z").asDouble() * facts.get("kept_sd").asDouble()));
      assertThat(magnitude(left)).isCloseTo(magnitude(delta), within(1e-5 * magnitude(delta)));
      sum += factor;
    }
    double error = facts.get("factor_observed_sd").asDouble() * SIGMAS / Math.sqrt(SEEDS);
    assertThat(sum / SEEDS).isCloseTo(facts.get("factor_expected").asDouble(), within(error));
  }

  @ParameterizedTest
  @MethodSource("sparsifications")
  void everyElementIsKeptAsOftenAsItShouldBe(JsonNode facts) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden merges are not here");
    SmallMerge merge = sparsification(facts).with("rescale", "none");
    float[] delta = merge.models().getFirst().values();
    String key =
        "%s|%s|%s"
            .formatted(
                merge.tensor(), facts.get("density").asText(), facts.get("epsilon").asText());
    boolean ranked = !facts.get("epsilon").isNull() && delta.length <= 1024;
    double[] probabilities = ranked ? doubles("della_probs.safetensors", key) : new double[0];
    if (facts.get("epsilon").isNull()) {
      probabilities = new double[delta.length];
      Arrays.fill(probabilities, facts.get("density").asDouble());
    }
    int[] kept = new int[delta.length];
    int changed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      float[] left = merge.seed(seed).merge();
      for (int i = 0; i < left.length; i++) {
        if (left[i] != 0) {
          kept[i]++;
          changed += left[i] == delta[i] ? 0 : 1;
        }
      }
    }
    assertThat(changed).isZero();
    for (int i = 0; i < probabilities.length; i++) {
      double p = probabilities[i];
      assertThat((double) kept[i] / SEEDS)
          .as("element %d", i)
          .isCloseTo(p, within(SIGMAS * Math.sqrt(p * (1 - p) / SEEDS)));
    }
  }

  @ParameterizedTest
  @MethodSource("merges")
  void mergesAreOnAverageThoseOfThePeer(String name) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden merges are not here");
    JsonNode facts = Objects.requireNonNull(stats().get("merges").get(name), name);
    String tensor = facts.get("tensor").asText();
    SmallMerge merge =
        SmallMerge.of(facts.get("method").asText())
            .named(tensor)
            .shape(shape(tensor))
            .base(golden("base", tensor))
            .with("rescale", facts.get("rescale").asBoolean())
            .with("normalize", facts.get("normalize").asBoolean())
            .with("lambda", facts.get("lambda").asDouble());
    for (int k = 0; k < facts.get("models").size(); k++) {
      Map<String, Object> parameters = parameters(facts, facts.get("weights").get(k).asDouble());
      merge = merge.model(parameters, golden(facts.get("models").get(k).asText(), tensor));
    }
    Average average = Average.of(merge);
    double[] mean = doubles("expected_mean.safetensors", name + "|mean");
    double[] error = doubles("expected_mean.safetensors", name + "|se");
    assertThat(average.shareBeyond(mean, error)).isLessThanOrEqualTo(0.001);
    if (!facts.get("rescale").asBoolean()) {
      double[] exact = doubles("expected_mean.safetensors", name + "|exact");
      assertThat(average.shareBeyond(exact, new double[exact.length])).isLessThanOrEqualTo(0.001);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void dividingByTheDensityKeepsTheExpectation(double density) throws IOException {
    int n = 900;
    float[] delta = normal("delta", n);
    SmallMerge merge =
        SmallMerge.of("dare_linear")
            .base(new float[n])
            .model(Map.of("weight", 1, "density", density), delta)
            .with("rescale", "inv_density");
    Average average = Average.of(merge);
    double[] expected = new double[n];
    double[] error = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = delta[i];
      error[i] = Math.abs(delta[i]) * Math.sqrt((1 - density) / density / SEEDS);
    }
    assertThat(average.shareBeyond(expected, error)).isZero();
  }

  /** Mean and standard error of every element over seeds. */
  private record Average(List<Double> mean, List<Double> error) {

    private static Average of(SmallMerge merge) throws IOException {
      int n = merge.models().getFirst().values().length;
      double[] sums = new double[n];
      double[] squares = new double[n];
      float[] base = merge.base().orElseThrow();
      for (int seed = 0; seed < SEEDS; seed++) {
        float[] merged = merge.seed(seed).merge();
        for (int i = 0; i < n; i++) {
          double change = (double) merged[i] - base[i];
          sums[i] += change;
          squares[i] += change * change;
        }
      }
      return new Average(
          IntStream.range(0, n).mapToObj(i -> base[i] + sums[i] / SEEDS).toList(),
          IntStream.range(0, n)
              .mapToObj(i -> {
                double mean = sums[i] / SEEDS;
                return Math.sqrt(Math.max(squares[i] / SEEDS - mean * mean, 0) / SEEDS);
              })
              .toList());
    }

    private double shareBeyond(double[] expected, double[] expectedError) {
      long beyond =
          IntStream.range(0, expected.length)
              .filter(i ->
                  Math.abs(mean.get(i) - expected[i])
                      > SIGMAS * Math.hypot(error.get(i), expectedError[i]) + 1e-7)
              .count();
      return (double) beyond / expected.length;
    }
  }

  private static float[] normal(String name, int count) {
    Draws draws = Draws.at(5, name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  private static SmallMerge two(String method, long rows, long columns) {
    int n = (int) (rows * columns);
    return SmallMerge.of(method)
        .shape(rows, columns)
        .base(normal("base", n))
        .model(Map.of("weight", 0.6, "density", 0.5), normal("first", n))
        .model(Map.of("weight", -0.3, "density", 0.7), normal("second", n));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dare_linear", "dare_ties", "della", "della_linear"})
  void threadsTilesAndTheFusedPassDropTheSame(String method) throws IOException {
    for (String rescale : List.of("l1", "inv_density", "none")) {
      SmallMerge merge = two(method, 41, 1000).types(DType.BF16, DType.F32);
      merge = merge.with("rescale", rescale);
      float[] one = merge.merge(1, 1);
      assertThat(merge.merge(3, 5000)).isEqualTo(one);
      assertThat(merge.merge(2, 1 << 20)).isEqualTo(one);
      float[] rounded = new float[one.length];
      for (int i = 0; i < one.length; i++) {
        rounded[i] = rounded(one[i]);
      }
      SmallMerge fused = merge.types(DType.BF16, DType.BF16);
      assertThat(fused.merge(1, 1)).isEqualTo(rounded);
      assertThat(fused.merge(3, 5000)).isEqualTo(rounded);
      assertThat(merge.seed(2).merge()).isNotEqualTo(one);
      assertThat(merge.named("other").merge()).isNotEqualTo(one);
    }
  }

  private static float rounded(float value) {
    MemorySegment bits = MemorySegment.ofArray(new short[1]);
    float[] out = {value};
    FloatConversion.round(DType.BF16, out, 0, bits, 0, 1);
    FloatConversion.widen(DType.BF16, bits, 0, out, 0, 1);
    return out[0];
  }

  @Test
  void modelsTensorsAndSeedsHaveIndependentCoins() throws IOException {
    int n = 40_000;
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    SmallMerge base = SmallMerge.of("dare_linear").base(new float[n]).with("rescale", "none");
    Map<String, Object> half = Map.of("weight", 1, "density", 0.5);
    Map<String, Object> silent = Map.of("weight", 0, "density", 0.5);
    float[] first = base.model(half, ones).merge();
    float[] second = base.model(silent, ones).model(half, ones).merge();
    float[] seed = base.model(half, ones).seed(2).merge();
    float[] tensor = base.model(half, ones).named("model.norm.weight").merge();
    for (float[] other : List.of(second, seed, tensor)) {
      long equal = IntStream.range(0, n).filter(i -> first[i] == other[i]).count();
      assertThat((double) equal / n).isCloseTo(0.5, within(SIGMAS * 0.5 / Math.sqrt(n)));
    }
    long runs = IntStream.range(1, n).filter(i -> first[i] == first[i - 1]).count();
    assertThat((double) runs / n).isCloseTo(0.5, within(SIGMAS * 0.5 / Math.sqrt(n)));
  }
}
