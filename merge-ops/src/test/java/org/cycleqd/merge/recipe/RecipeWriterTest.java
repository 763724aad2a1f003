package org.cycleqd.merge.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cycleqd.merge.recipe.ParameterValue.Gradient;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;
import org.cycleqd.merge.recipe.TokenizerSettings.Embedding;
import org.cycleqd.merge.recipe.TokenizerSettings.Vocabulary;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeWriterTest {

  private static final String FULL =
      """
      name: stage
      slices:
      - sources:
        - model: base
          layer_range: [0, 2]
        - model: "my models/expert"
          layer_range: [0, 2]
          parameters:
            weight:
            - {filter: q_proj, value: [0.1, 0.9]}
            - {filter: "*", value: 0.5}
        base_model: base
        parameters:
          density: [0.2, 0.9]
      merge_method: dare_ties
      base_model: org/base@main+lora/adapter@v1.0
      parameters:
        normalize: false
        rescale: l1
        epsilon: 1.0e-9
        lambda: 1
      dtype: float32
      out_dtype: bfloat16
      tokenizer:
        source: union
        tokens:
          "<|im_start|>": {source: {kind: model_token, model: chat, token: "<s>"}, force: true}
          "<|im_end|>": {source: {kind: model_token, model: chat, token_id: 2}}
          "<pad>": {source: {kind: zero}}
          "a\\u00E9\\U0001F600": {source: chat}
          plain: {}
        pad_to_multiple_of: 16
      chat_template: "{% for m in messages %}\\n\\"x\\"\\\\{% endfor %}"
      compat: mergekit
      seed: 7
      """;

  @Test
  void theTextIsStableAndComplete() throws RecipeException {
    Recipe recipe = Recipes.parse(FULL);
    assertThat(RecipeWriter.write(recipe)).isEqualTo(FULL);
    assertThat(recipe.seed()).isEqualTo(7);
    assertThat(recipe.conventions()).isEqualTo(Conventions.MERGEKIT);
    assertThat(recipe.models())
        .extracting(ModelReference::toString)
        .containsExactly("org/base@main+lora/adapter@v1.0", "base", "my models/expert");
    assertThat(recipe.chatTemplate()).hasValue("{% for m in messages %}\n\"x\"\\{% endfor %}");
    TokenizerSettings tokenizer = recipe.tokenizer().orElseThrow();
    assertThat(tokenizer.source()).isEqualTo(new Vocabulary.Union());
    assertThat(tokenizer.padToMultipleOf()).isEqualTo(OptionalInt.of(16));
    ModelReference chat = ModelReference.of("chat");
    assertThat(tokenizer.tokens())
        .containsExactly(
            Map.entry(
                "<|im_start|>",
                new TokenizerSettings.Token(Optional.of(new Embedding.OfToken(chat, "<s>")), true)),
            Map.entry(
                "<|im_end|>",
                new TokenizerSettings.Token(Optional.of(new Embedding.OfTokenId(chat, 2)), false)),
            Map.entry(
                "<pad>", new TokenizerSettings.Token(Optional.of(new Embedding.Zero()), false)),
            Map.entry(
                "a\u00e9\ud83d\ude00",
                new TokenizerSettings.Token(Optional.of(new Embedding.OfModel(chat)), false)),
            Map.entry("plain", new TokenizerSettings.Token(Optional.empty(), false)));
  }

  @Test
  void parametersAreNamedWithTheirPlaces() throws RecipeException {
    assertThat(Recipes.parse(FULL).parameterNames().entrySet().stream().map(Object::toString))
        .containsExactly(
            "weight=[ParameterPlace[path=slices.0.sources.1.parameters.weight, ofSource=true]]",
            "density=[ParameterPlace[path=slices.0.parameters.density, ofSource=false]]",
            "normalize=[ParameterPlace[path=parameters.normalize, ofSource=false]]",
            "rescale=[ParameterPlace[path=parameters.rescale, ofSource=false]]",
            "epsilon=[ParameterPlace[path=parameters.epsilon, ofSource=false]]",
            "lambda=[ParameterPlace[path=parameters.lambda, ofSource=false]]");
  }

  @Test
  void everyDoubleIsReadBackToTheBit() throws RecipeException {
    Draws draws = Draws.at(1, "doubles");
    List<Double> numbers =
        Stream.concat(
                Stream.of(
                    0.0,
                    -0.0,
                    1.0,
                    -3.0,
                    0.1,
                    1e-9,
                    1e22,
                    -1.5e300,
                    0x1.0p53,
                    0x1.0p53 + 2,
                    Double.MIN_VALUE,
                    Double.MAX_VALUE),
                IntStream.range(0, 2000)
                    .mapToObj(i -> Double.longBitsToDouble(draws.bits(i)))
                    .filter(Double::isFinite))
            .toList();
    Recipe recipe = Recipes.parse("models: [{model: a}]\nmerge_method: linear\nparameters: {}\n");
    Recipe written =
        new Recipe(
            recipe.name(),
            recipe.mergeMethod(),
            recipe.baseModel(),
            recipe.inputs(),
            Map.of("list", new Gradient(numbers), "one", new Scalar(numbers.getLast())),
            recipe.dtype(),
            recipe.outDtype(),
            recipe.tokenizer(),
            recipe.chatTemplate(),
            recipe.conventions(),
            recipe.seed());
    // Lists of Double compare by bits, so -0.0 counts.
    assertThat(Recipes.parse(RecipeWriter.write(written))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yes",
        "No",
        "null",
        "~",
        "1",
        "0x1F",
        "1e-5",
        ".inf",
        "-",
        "- a",
        "a: b",
        "#x",
        "a #b",
        "'",
        "\"",
        "\\",
        " ",
        "",
        "\n",
        "\t\u0000\u0085\u2028\ufeff",
        "{}",
        "[a]",
        "*a",
        "&a",
        "!t",
        "%",
        "@x",
        "`",
        "?",
        "=",
        "<<",
        "...",
        "---",
        "/models/x",
        "./x",
        "../x",
        "l1",
        "é"
      })
  void everyTextIsReadBack(String text) throws RecipeException {
    Recipe recipe = Recipes.parse("models: [{model: a}]\nmerge_method: linear\nchat_template: t\n");
    Recipe written =
        new Recipe(
            recipe.name(),
            recipe.mergeMethod(),
            recipe.baseModel(),
            recipe.inputs(),
            Map.of("p", new ParameterValue.Text(text), "k" + text, new Scalar(1)),
            recipe.dtype(),
            recipe.outDtype(),
            recipe.tokenizer(),
            Optional.of(text),
            recipe.conventions(),
            recipe.seed());
    assertThat(Recipes.parse(RecipeWriter.write(written))).isEqualTo(written);
  }
}
