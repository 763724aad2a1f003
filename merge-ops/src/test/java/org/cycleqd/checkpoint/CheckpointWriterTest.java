package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.cycleqd.tensor.BFloat16;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {

  @TempDir private Path parent;

  @Test
  void aNewModelOpensWithTheRoundedWeights() throws IOException {
    LlamaConfig config = TinyModel.of(DType.BF16).config();
    Path folder = TinyModel.of(DType.BF16).publish(parent.resolve("deep/down/m"));
    try (Checkpoint model = Checkpoint.open(folder)) {
      assertThat(model.config()).isEqualTo(config);
      for (TensorView view : model.tensors().values()) {
        float[] expected = TinyModel.floats(7, view.spec());
        for (int i = 0; i < expected.length; i++) {
          expected[i] = BFloat16.toFloat(BFloat16.fromFloat(expected[i]));
        }
        assertThat(view.toFloats()).isEqualTo(expected);
      }
    }
    assertThat(names(folder))
        .containsExactlyInAnyOrder("config.json", "generation_config.json", "model.safetensors");
    assertThat(names(folder.resolveSibling("."))).containsExactly("m");
  }

  @Test
  void aModelLikeItsDonorKeepsConfigurationTokenizerAndBytes() throws IOException {
    Path donor = TinyModel.of(DType.F16).publish(parent.resolve("donor"));
    TinyModel.edit(donor.resolve("config.json"), "\"use_cache\"", "\"our_key\" : 1, \"use_cache\"");
    for (String name : List.of("tokenizer.json", "chat_template.jinja", "secret.txt")) {
      Files.writeString(donor.resolve(name), "text of " + name);
    }
    Path copy = parent.resolve("copy");
    try (Checkpoint model = Checkpoint.open(donor)) {
      CheckpointWriter.publish(
          copy,
          CheckpointContent.like(model, TensorSource.ofViews(model.tensors()))
              .withFile("README.md", "# card"),
          ExistingTarget.REFUSE);
    }
    assertThat(names(copy))
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "chat_template.jinja",
            "README.md");
    for (String name :
        List.of("config.json", "generation_config.json", "model.safetensors", "tokenizer.json")) {
      assertThat(Files.mismatch(donor.resolve(name), copy.resolve(name))).isEqualTo(-1);
    }
    assertThat(copy.resolve("README.md")).hasContent("# card");
  }

  @Test
  void theDonorsGenerationSettingsSurviveWithAllTheirEnds() throws IOException {
    Path base = TinyModel.of(DType.F16).publish(parent.resolve("base"));
    Path donor = TinyModel.of(DType.F16).publish(parent.resolve("donor"));
    TinyModel.edit(donor.resolve("generation_config.json"), "id\" : 2", "id\" : [ 2, 7, 9 ]");
    List<String> tokenizer =
        List.of(
            "tokenizer.json",
            "tokenizer.model",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja");
    for (String name : tokenizer) {
      Files.writeString(donor.resolve(name), "text of " + name);
    }
    Files.createDirectory(donor.resolve("chat_templates"));
    Path target = parent.resolve("m");
    try (Checkpoint model = Checkpoint.open(base)) {
      CheckpointContent content =
          CheckpointContent.like(model, TensorSource.ofViews(model.tensors())).withDonor(donor);
      CheckpointWriter.publish(target, content, ExistingTarget.REFUSE);
    }
    for (String name : tokenizer) {
      assertThat(target.resolve(name)).hasContent("text of " + name);
    }
    assertThat(names(target)).hasSize(3 + tokenizer.size());
    try (Checkpoint model = Checkpoint.open(target)) {
      assertThat(model.config().specialTokens().ends()).containsExactly(2, 7, 9);
    }
  }

  @Test
  void givenFilesTakePrecedenceOverTheDonors() throws IOException {
    Path donor = TinyModel.of(DType.F16).publish(parent.resolve("donor"));
    Files.writeString(donor.resolve("tokenizer.json"), "old");
    CheckpointContent content =
        CheckpointContent.of(TinyModel.of(DType.F16).config(), TinyModel.weights(1))
            .withDonor(donor)
            .withFile("tokenizer.json", "new");
    CheckpointWriter.publish(parent.resolve("m"), content, ExistingTarget.REFUSE);
    assertThat(parent.resolve("m/tokenizer.json")).hasContent("new");
  }

  @Test
  void aFailingSourceLeavesNothing() throws IOException {
    TensorSource failing =
        (spec, target) -> {
          if (spec.name().equals("model.norm.weight")) {
            throw new IOException("worker lost");
          }
          TinyModel.weights(1).write(spec, target);
        };
    CheckpointContent content = CheckpointContent.of(TinyModel.of(DType.F32).config(), failing);
    assertThatThrownBy(
            () -> CheckpointWriter.publish(parent.resolve("m"), content, ExistingTarget.REFUSE))
        .hasMessage("worker lost");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void contentThatMakesNoModelLeavesNothing() throws IOException {
    LlamaConfig config = TinyModel.of(DType.F32).config();
    List<TensorSpec> tensors = config.tensors().subList(1, config.tensors().size());
    CheckpointContent whole = CheckpointContent.of(config, TinyModel.weights(1));
    CheckpointContent content =
        new CheckpointContent(
            whole.config(), tensors, whole.weights(), whole.files(), whole.donor());
    assertThatThrownBy(
            () -> CheckpointWriter.publish(parent.resolve("m"), content, ExistingTarget.REPLACE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor model.embed_tokens.weight: found none");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void aFilledTargetIsKeptUnlessReplacingIsAllowed() throws IOException {
    Path target = Files.createDirectory(parent.resolve("m"));
    Files.writeString(target.resolve("mine.txt"), "mine");
    CheckpointContent content =
        CheckpointContent.of(TinyModel.of(DType.F32).config(), TinyModel.weights(1));
    assertThatThrownBy(() -> CheckpointWriter.publish(target, content, ExistingTarget.REFUSE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(target + ": target: found a folder with content");
    assertThat(names(target)).containsExactly("mine.txt");
    TensorSource failing =
        (spec, view) -> {
          throw new IOException("no");
        };
    CheckpointContent bad = CheckpointContent.of(TinyModel.of(DType.F32).config(), failing);
    assertThatThrownBy(() -> CheckpointWriter.publish(target, bad, ExistingTarget.REPLACE))
        .hasMessage("no");
    assertThat(names(target)).containsExactly("mine.txt");
    CheckpointWriter.publish(target, content, ExistingTarget.REPLACE);
    assertThat(names(target)).contains("model.safetensors").doesNotContain("mine.txt");
    assertThat(names(parent)).containsExactly("m");
  }

  @Test
  void anEmptyTargetIsFilledAndAFileIsNot() throws IOException {
    TinyModel model = TinyModel.of(DType.F32);
    Path empty = model.publish(Files.createDirectory(parent.resolve("empty")));
    assertThat(names(empty)).hasSize(3);
    Path file = Files.writeString(parent.resolve("file"), "text");
    assertThatThrownBy(() -> model.publish(file))
        .hasMessageContaining("file: target: found a file or link, expected a folder or nothing");
    Path link = Files.createSymbolicLink(parent.resolve("link"), parent.resolve("empty"));
    assertThatThrownBy(() -> model.publish(link)).hasMessageContaining("found a file or link");
  }

  @Test
  void linksOfADonorAreNotFollowed() throws IOException {
    Path donor = TinyModel.of(DType.F32).publish(parent.resolve("donor"));
    Path secret = Files.writeString(parent.resolve("secret"), "secret");
    Files.createSymbolicLink(donor.resolve("tokenizer.json"), secret);
    CheckpointContent content =
        CheckpointContent.of(TinyModel.of(DType.F32).config(), TinyModel.weights(1))
            .withDonor(donor);
    Path target = parent.resolve("m");
    assertThatThrownBy(() -> CheckpointWriter.publish(target, content, ExistingTarget.REFUSE))
        .hasMessageContaining("tokenizer.json: file: found a symbolic link");
    assertThat(target).doesNotExist();
  }

  @Test
  void furtherFilesMustHavePlainNamesOfTheirOwn() {
    CheckpointContent content =
        CheckpointContent.of(TinyModel.of(DType.F32).config(), TinyModel.weights(1));
    for (String name : List.of("../x", "a/b", "", ".x", "config.json", "model.safetensors")) {
      assertThatThrownBy(() -> content.withFile(name, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("file " + name + ": expected a plain name");
    }
  }

  @Test
  void expertsMustFitTheirBase() throws IOException {
    Path base = TinyModel.of(DType.BF16).publish(parent.resolve("base"));
    Path expert = TinyModel.of(DType.BF16).publish(parent.resolve("expert"));
    TinyModel.edit(expert.resolve("generation_config.json"), "id\" : 2", "id\" : 3");
    require(base, expert);
    Path other = TinyModel.of(DType.F16).publish(parent.resolve("other"));
    assertIncompatible(
        base,
        other,
        "tensor model.embed_tokens.weight: found F16 [12, 8], expected BF16 [12, 8] as in the base ");
    TinyModel.edit(expert.resolve("config.json"), "500000.0", "10000.0");
    assertIncompatible(
        base, expert, "rope_theta: found 10000.0, expected 500000.0 as in the base ");
    TinyModel.edit(expert.resolve("config.json"), "\"factor\" : 8.0", "\"factor\" : 16.0");
    TinyModel.edit(expert.resolve("config.json"), "10000.0", "500000.0");
    assertIncompatible(
        base, expert, "rope_scaling: found llama3 factor 16.0, low 1.0, high 4.0, original 64");
    LlamaConfig config = TinyModel.of(DType.BF16).config();
    Path wide =
        new TinyModel(
                new LlamaConfig(
                    13,
                    config.hiddenSize(),
                    config.intermediateSize(),
                    config.layers(),
                    config.attention(),
                    config.mlpBias(),
                    config.rmsNormEpsilon(),
                    config.rotary(),
                    config.maximumPositions(),
                    config.tiedEmbeddings(),
                    config.dtype(),
                    config.specialTokens()))
            .publish(parent.resolve("wide"));
    assertIncompatible(base, wide, "vocab_size: found 13, expected 12 as in the base ");
  }

  private static void assertIncompatible(Path base, Path expert, String message) {
    assertThatThrownBy(() -> require(base, expert))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(expert + ": ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("as in the base " + base);
  }

  private static void require(Path base, Path expert) throws IOException {
    try (Checkpoint first = Checkpoint.open(base);
        Checkpoint second = Checkpoint.open(expert)) {
      Compatibility.require(first, second);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> Objects.requireNonNull(file.getFileName()).toString()).toList();
    }
  }
}
