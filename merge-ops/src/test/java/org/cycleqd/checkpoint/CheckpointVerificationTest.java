package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointVerificationTest {

  /** Twelve tokens, as many as the tiny model has rows. */
  private static final String TOKENIZER =
      """
      {"added_tokens":[{"id":1,"content":"<s>"},{"id":11,"content":"</s>"}],
       "model":{"type":"BPE","vocab":{"<s>":1,"</s>":2,"a":0,"b":10},"merges":[]}}
      """;

  @TempDir private Path parent;
  private final List<VerificationStep> steps = new ArrayList<>();
  private volatile long total;

  @Test
  void aSoundModelPassesEveryStep() throws IOException, InterruptedException {
    Path folder = publish(TinyModel.weights(7), 1000);
    long bytes =
        TinyModel.of(DType.F32).config().tensors().stream().mapToLong(TensorSpec::bytes).sum();
    String digest;
    try (Checkpoint model = Checkpoint.open(folder)) {
      digest = model.digest();
    }
    assertThat(verify(folder, Optional.of(digest))).isTrue();
    assertThat(steps)
        .containsExactly(
            new VerificationStep("configuration", "llama, 2 layers", List.of()),
            new VerificationStep("weights", "21 tensors, %d bytes".formatted(bytes), List.of()),
            new VerificationStep("values", "all of 21 tensors read", List.of()),
            new VerificationStep("tokenizer", "5 tokens, largest id 11, vocab_size 12", List.of()),
            new VerificationStep("digest", digest, List.of()));
    assertThat(total).isEqualTo(bytes);
    assertThat(verify(folder, Optional.of("00" + digest.substring(2)))).isFalse();
    assertThat(steps.getLast().problems()).hasSize(1);
    assertThat(steps.getLast().problems().getFirst())
        .isEqualTo(folder + ": digest: found " + digest + ", expected 00" + digest.substring(2));
  }

  @Test
  void everythingThatIsWrongIsFound() throws IOException, InterruptedException {
    TensorSource broken =
        TensorSource.ofFloats(name -> {
          float[] floats = TinyModel.floats(7, spec(name));
          if (name.equals("model.norm.weight")) {
            floats[5] = Float.NEGATIVE_INFINITY;
          }
          return floats;
        });
    Path folder = publish(broken, 1);
    Files.delete(folder.resolve("model-00001-of-00021.safetensors"));
    Files.write(folder.resolve("model-00002-of-00021.safetensors"), new byte[3]);
    TinyModel.edit(
        folder.resolve("model.safetensors.index.json"), "mlp.down_proj", "mlp.up_and_down_proj");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{");
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER.replace("10", "12"));
    assertThat(verify(folder, Optional.of("0".repeat(64)))).isFalse();
    assertThat(problems("weights"))
        .anyMatch(text -> text.contains("00001-of-00021.safetensors: file: found none"))
        .anyMatch(text -> text.contains("00002-of-00021.safetensors: file: found 3 bytes"))
        .anyMatch(text -> text.contains("layers.0.mlp.down_proj.weight: found no entry"))
        .anyMatch(text -> text.contains("layers.1.mlp.down_proj.weight: found no entry"))
        .anyMatch(text -> text.contains("layers.0.mlp.up_and_down_proj.weight: found none"))
        .anyMatch(text -> text.contains("layers.1.mlp.up_and_down_proj.weight: found none"))
        .anyMatch(text -> text.contains("tensor model.embed_tokens.weight: found none, expected"))
        .anyMatch(text -> text.contains("layers.0.input_layernorm.weight: found none, expected"))
        .hasSize(8);
    assertThat(problems("values"))
        .containsExactly(
            folder.resolve("model-00020-of-00021.safetensors")
                + ": tensor model.norm.weight: found -Infinity at element 5, expected finite values");
    assertThat(problems("tokenizer"))
        .hasSize(2)
        .anyMatch(text ->
            text.endsWith(
                "model.vocab.b: found 12, expected an id below vocab_size 12 of config.json"))
        .anyMatch(text -> text.contains("tokenizer_config.json: file: found malformed JSON"));
    assertThat(problems("digest")).hasSize(1);
    assertThat(steps).hasSize(5);
  }

  @Test
  void weightsAreLookedAtEvenWithoutAConfiguration() throws IOException, InterruptedException {
    Path folder = publish(TinyModel.weights(7), 1000);
    TinyModel.edit(folder.resolve("config.json"), "\"llama\"", "\"other\"");
    assertThat(verify(folder, Optional.empty())).isFalse();
    assertThat(problems("configuration").getFirst()).contains("model_type: found other");
    assertThat(steps.stream().map(VerificationStep::subject))
        .containsExactly("configuration", "weights", "values");
    assertThatThrownBy(() -> verify(parent.resolve("absent"), Optional.empty()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found nothing, expected a model folder");
  }

  @Test
  void specialTokensMustBeTokens() throws IOException, InterruptedException {
    Path folder = publish(TinyModel.weights(7), 1000);
    TinyModel.edit(folder.resolve("generation_config.json"), "id\" : 2", "id\" : [ 2, 9, 11 ]");
    assertThat(verify(folder, Optional.empty())).isFalse();
    assertThat(problems("tokenizer"))
        .containsExactly(
            folder + ": eos_token_id: found 9, expected the id of a token in tokenizer.json");
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0],[\"b\",-1],[\"c\",-2]]}}");
    assertThat(verify(folder, Optional.empty())).isFalse();
    assertThat(problems("tokenizer")).hasSize(2);
    Files.delete(folder.resolve("tokenizer.json"));
    assertThat(verify(folder, Optional.empty())).isTrue();
    assertThat(steps.getLast().result()).isEqualTo("none to check, [generation_config.json]");
  }

  @Test
  void aBrokenTokenizerIsReportedByField() throws IOException, InterruptedException {
    Path folder = publish(TinyModel.weights(7), 1000);
    for (String[] broken :
        new String[][] {
          {"[]", "file: found ARRAY, expected an object"},
          {"{\"model\":{}}", "model.vocab: found nothing, expected an object"},
          {"{\"model\":{\"vocab\":{\"a\":1.5}}}", "model.vocab.a: found 1.5"},
          {"{\"model\":{\"vocab\":{\"a\":-1}}}", "model.vocab.a: found -1, expected an id below"},
          {"{\"model\":{\"vocab\":{\"a\":1,\"a\":2}}}", "Duplicate field"},
          {
            "{\"model\":{\"vocab\":{}},\"added_tokens\":[{\"id\":12}]}",
            "added_tokens.0.id: found 12"
          },
          {"{\"model\":{\"vocab\":{}},\"added_tokens\":{\"id\":1}}", "added_tokens: found "},
          {"[".repeat(5000), "malformed JSON (Document nesting depth"}
        }) {
      Files.writeString(folder.resolve("tokenizer.json"), broken[0]);
      assertThat(verify(folder, Optional.empty())).isFalse();
      assertThat(problems("tokenizer")).hasSize(1);
      assertThat(problems("tokenizer").getFirst()).contains(broken[1]);
    }
  }

  private boolean verify(Path folder, Optional<String> digest)
      throws IOException, InterruptedException {
    steps.clear();
    return CheckpointVerification.of(
        folder,
        LinkPolicy.REFUSE,
        digest,
        new CheckpointVerification.Observer() {
          @Override
          public void finished(VerificationStep step) {
            steps.add(step);
          }

          @Override
          public void read(long bytes, long all) {
            total = all;
          }
        });
  }

  private List<String> problems(String subject) {
    return steps.stream()
        .filter(step -> step.subject().equals(subject))
        .findAny()
        .orElseThrow()
        .problems();
  }

  private Path publish(TensorSource weights, long shardBytes) throws IOException {
    Path folder = parent.resolve("m");
    CheckpointWriter.publish(
        folder,
        CheckpointContent.of(TinyModel.of(DType.F32).config(), weights)
            .withFile("tokenizer.json", TOKENIZER)
            .withMaximumShardBytes(shardBytes),
        ExistingTarget.REFUSE);
    return folder;
  }

  private static TensorSpec spec(String name) {
    return TinyModel.of(DType.F32).config().tensors().stream()
        .filter(spec -> spec.name().equals(name))
        .findAny()
        .orElseThrow();
  }
}
