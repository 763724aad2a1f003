package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardingTest {

  private static final Path NOWHERE = Path.of("m");

  @TempDir private Path parent;

  @Test
  void aTensorLargerThanAShardHasOneOfItsOwn() throws IOException {
    List<TensorSpec> four = specs(8, 400, 8, 8);
    assertThat(ShardPlan.of(NOWHERE, four, four.reversed(), 1).files().sequencedKeySet())
        .containsExactly(
            "model-00001-of-00004.safetensors",
            "model-00002-of-00004.safetensors",
            "model-00003-of-00004.safetensors",
            "model-00004-of-00004.safetensors");
    assertThat(sizes(four, 100)).containsExactly(1, 1, 2);
    assertThat(sizes(four, 408)).containsExactly(2, 2);
    assertThat(sizes(four, 407)).containsExactly(1, 1, 2);
    assertThat(sizes(four, 416)).containsExactly(3, 1);
    assertThat(sizes(four, 424)).containsExactly(4);
    assertThat(ShardPlan.of(NOWHERE, four, four, 424).files())
        .containsOnlyKeys("model.safetensors");
    assertThat(sizes(four, Long.MAX_VALUE)).containsExactly(4);
  }

  @Test
  void thePlanRefusesTensorsThatAreNotTheConfigurations() {
    List<TensorSpec> two = specs(8, 8);
    assertRefused(two, two.subList(0, 1), "m: tensor t1: found none, expected F32, BF16 or F16 of");
    assertRefused(
        two, specs(8, 8, 8), "m: tensors: found t2, expected only the 2 that config.json");
    assertRefused(
        two, List.of(two.get(0), two.get(1), two.get(1)), "tensors: found a tensor twice");
    assertRefused(two, specs(8, 36), "m: tensor t1: found F32 [9], expected F32, BF16 or F16 of");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 700, 2500})
  void shardsHoldWhatOneFileHolds(long maximum) throws IOException {
    LlamaConfig config = TinyModel.of(DType.BF16).config();
    Path single = TinyModel.of(DType.BF16).publish(parent.resolve("single"));
    Path sharded = parent.resolve("sharded");
    CheckpointContent content =
        CheckpointContent.of(config, TinyModel.weights(7)).withMaximumShardBytes(maximum);
    CheckpointWriter.publish(sharded, content, ExistingTarget.REFUSE);
    try (Checkpoint one = Checkpoint.open(single);
        Checkpoint many = Checkpoint.open(sharded)) {
      assertThat(many.digest()).isEqualTo(one.digest());
      many.tensors()
          .forEach((name, view) ->
              assertThat(view.data().mismatch(one.tensor(name).data())).isEqualTo(-1));
    }
    assertThat(sharded.resolve("model.safetensors")).doesNotExist();
    Map<String, String> holders = new HashMap<>();
    for (Path file : weightFiles(sharded)) {
      try (SafetensorsFile shard = SafetensorsFile.open(file)) {
        long bytes = shard.tensors().values().stream().mapToLong(v -> v.spec().bytes()).sum();
        assertThat(bytes <= maximum || shard.tensors().size() == 1).isTrue();
        shard.tensors().keySet().forEach(name -> holders.put(name, name(file)));
        assertThat(shard.metadata()).isEqualTo(Map.of("format", "pt"));
      }
    }
    JsonNode index =
        new ObjectMapper().readTree(sharded.resolve("model.safetensors.index.json").toFile());
    long elements = config.tensors().stream().mapToLong(TensorSpec::elements).sum();
    assertThat(index.at("/metadata/total_size").longValue()).isEqualTo(2 * elements);
    assertThat(index.at("/metadata/total_parameters").longValue()).isEqualTo(elements);
    Map<String, String> mapped = new HashMap<>();
    List<String> order = new ArrayList<>();
    index
        .get("weight_map")
        .properties()
        .forEach(entry -> {
          mapped.put(entry.getKey(), entry.getValue().textValue());
          order.add(entry.getKey());
        });
    assertThat(mapped).isEqualTo(holders);
    assertThat(order).isSorted();
  }

  @Test
  void tensorsAreAskedForInTheContentsOrderWhateverTheShards() throws IOException {
    List<TensorSpec> backwards = TinyModel.of(DType.F16).config().tensors().reversed();
    List<String> asked = new ArrayList<>();
    CheckpointContent whole = CheckpointContent.of(TinyModel.of(DType.F16).config(), (s, t) -> {});
    CheckpointContent content =
        new CheckpointContent(
                whole.config(),
                backwards,
                (spec, target) -> {
                  asked.add(spec.name());
                  TinyModel.weights(7).write(spec, target);
                },
                whole.files(),
                whole.donor())
            .withMaximumShardBytes(600);
    CheckpointWriter.publish(parent.resolve("m"), content, ExistingTarget.REFUSE);
    assertThat(asked).containsExactlyElementsOf(backwards.stream().map(TensorSpec::name).toList());
    Path single = TinyModel.of(DType.F16).publish(parent.resolve("single"));
    try (Checkpoint one = Checkpoint.open(single);
        Checkpoint many = Checkpoint.open(parent.resolve("m"))) {
      assertThat(many.digest()).isEqualTo(one.digest());
    }
  }

  @Test
  void aFailureAmongShardsLeavesNothing() {
    CheckpointContent content =
        CheckpointContent.of(
                TinyModel.of(DType.F32).config(),
                (spec, target) -> {
                  if (spec.name().equals("lm_head.weight")) {
                    throw new IOException("worker lost");
                  }
                  TinyModel.weights(1).write(spec, target);
                })
            .withMaximumShardBytes(500);
    assertThatThrownBy(
            () -> CheckpointWriter.publish(parent.resolve("m"), content, ExistingTarget.REFUSE))
        .hasMessage("worker lost");
    assertThat(parent).isEmptyDirectory();
    assertThatThrownBy(() -> content.withMaximumShardBytes(0))
        .hasMessage("maximum shard size: found 0 bytes, expected 1 or more");
  }

  private static void assertRefused(
      List<TensorSpec> expected, List<TensorSpec> written, String message) {
    assertThatThrownBy(() -> ShardPlan.of(NOWHERE, expected, written, 100))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private static List<Integer> sizes(List<TensorSpec> specs, long maximum) throws IOException {
    return ShardPlan.of(NOWHERE, specs, specs, maximum).files().values().stream()
        .map(List::size)
        .toList();
  }

  /** Float32 vectors t0, t1, ... of the given numbers of bytes. */
  private static List<TensorSpec> specs(int... bytes) {
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> TensorSpec.of("t" + i, DType.F32, bytes[i] / Float.BYTES))
        .toList();
  }

  private static List<Path> weightFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> name(file).endsWith(".safetensors")).sorted().toList();
    }
  }

  private static String name(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }
}
