package org.cycleqd.merge.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.cycleqd.merge.recipe.ParameterValue.Entry;
import org.cycleqd.merge.recipe.ParameterValue.Filtered;
import org.cycleqd.merge.recipe.ParameterValue.Flag;
import org.cycleqd.merge.recipe.ParameterValue.Gradient;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;
import org.cycleqd.merge.recipe.ParameterValue.Text;
import org.cycleqd.merge.recipe.TokenizerSettings.Vocabulary;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReaderTest {

  @TempDir private Path folder;

  @Test
  void whatIsNotGivenIsAbsent() throws RecipeException {
    assertThat(
            Recipes.parse(
                """
                models:
                - model: a
                  parameters:
                merge_method: linear
                base_model: ~
                tokenizer: null
                """))
        .isEqualTo(
            new Recipe(
                Optional.empty(),
                "linear",
                Optional.empty(),
                new MergeInputs.Models(
                    List.of(new MergeInputs.Model(ModelReference.of("a"), Map.of()))),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Conventions.OURS,
                0));
  }

  @Test
  void valuesOfParametersHaveManyForms() throws RecipeException {
    Recipe recipe =
        Recipes.parse(
            """
            models: [{model: a}]
            merge_method: linear
            parameters:
              int: 2
              float: 2.50
              exponent: 1e-5
              grouped: 1_000
              flag: yes
              name: l1
              quoted: '3'
              gradient: [0, 0.5, true]
              filtered:
              - {filter: mlp, value: [1, 2]}
              - value: off
            """);
    assertThat(recipe.parameters())
        .containsExactly(
            Map.entry("int", new Scalar(2)),
            Map.entry("float", new Scalar(2.5)),
            Map.entry("exponent", new Scalar(1e-5)),
            Map.entry("grouped", new Scalar(1000)),
            Map.entry("flag", new Flag(true)),
            Map.entry("name", new Text("l1")),
            Map.entry("quoted", new Text("3")),
            Map.entry("gradient", new Gradient(List.of(0.0, 0.5, 1.0))),
            Map.entry(
                "filtered",
                new Filtered(
                    List.of(
                        new Entry(Optional.of("mlp"), new Gradient(List.of(1.0, 2.0))),
                        new Entry(Optional.empty(), new Flag(false))))));
  }

  @Test
  void anAliasMeansTheAnchorsValue() throws RecipeException {
    assertThat(
            Recipes.parse(
                """
                models:
                - {model: a, parameters: &p {weight: &w [1, 2], density: 0.5}}
                - {model: b, parameters: *p}
                merge_method: ties
                base_model: base
                parameters: {lambda: *w}
                """))
        .isEqualTo(
            Recipes.parse(
                """
                models:
                - {model: a, parameters: {weight: [1, 2], density: 0.5}}
                - {model: b, parameters: {weight: [1, 2], density: 0.5}}
                merge_method: ties
                base_model: base
                parameters: {lambda: [1, 2]}
                """));
  }

  @Test
  void oneModuleIsItsContents() throws RecipeException {
    String rest = "\nmerge_method: linear\nparameters: {p: 1, q: 2}\n";
    assertThat(Recipes.parse("modules: {text: {models: [{model: a}], parameters: {p: 3}}}" + rest))
        .isEqualTo(
            Recipes.parse("models: [{model: a}]\nmerge_method: linear\nparameters: {p: 3, q: 2}"));
    assertThat(
            Recipes.parse(
                "modules: {text: {slices: [{sources: [{model: a, layer_range: [0, 1]}]}]}}" + rest))
        .isEqualTo(Recipes.parse("slices: [{sources: [{model: a, layer_range: [0, 1]}]}]" + rest));
  }

  @Test
  void bothFormsOfTheTokenizersSourceAreTheSame() throws RecipeException {
    String rest = "\nmodels: [{model: a}]\nmerge_method: linear\nout_dtype: float16\n";
    Recipe recipe = Recipes.parse("tokenizer: {source: base}" + rest);
    assertThat(recipe).isEqualTo(Recipes.parse("tokenizer_source: base" + rest));
    assertThat(recipe.tokenizer())
        .hasValue(new TokenizerSettings(new Vocabulary.Base(), Map.of(), OptionalInt.empty()));
    assertThat(Recipes.parse("tokenizer_source: org/x@1" + rest).tokenizer().orElseThrow().source())
        .isEqualTo(new Vocabulary.OfModel(ModelReference.parse("org/x@1")));
    assertThat(recipe.outDtype()).hasValue(DType.F16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/x/y z", "org/name@main", "a+b", "a@1+b@2", "a+b@2", "a@1+b"})
  void referencesHaveATextForm(String text) {
    assertThat(ModelReference.parse(text)).hasToString(text);
    assertThat(ModelReference.parse(ModelReference.parse(text).toString()))
        .isEqualTo(ModelReference.parse(text));
  }

  @Test
  void partsOfAReferenceAreToldApart() {
    ModelReference reference = ModelReference.parse("org/a@main+b@2");
    assertThat(reference.model())
        .isEqualTo(new ModelReference.Location("org/a", Optional.of("main")));
    assertThat(reference.lora()).hasValue(new ModelReference.Location("b", Optional.of("2")));
    assertThat(ModelReference.parse("x")).isEqualTo(ModelReference.of("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "@1", "a@", "a+", "+b", "a@1@2", "a+b+c", "a+@1", " a"})
  void malformedReferencesAreRefused(String text) {
    assertThatThrownBy(() -> ModelReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found '%s', expected path[@revision][+lora[@revision]]", text);
  }

  @Test
  void filesAreReadOrRefusedByName() throws IOException {
    Path file = folder.resolve("r.yaml");
    assertThatThrownBy(() -> RecipeReader.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessage("%s: recipe: found nothing, expected a file", file);
    assertThatThrownBy(() -> RecipeReader.read(folder))
        .hasMessage("%s: recipe: found a folder, expected a file", folder);
    Files.write(file, new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> RecipeReader.read(file))
        .hasMessage("%s: recipe: found malformed UTF-8, expected valid UTF-8", file);
    Files.writeString(file, "models: [{model: é}]\nmerge_method: m\n", StandardCharsets.UTF_8);
    assertThat(RecipeReader.read(file).models()).containsExactly(ModelReference.of("é"));
  }

  static Stream<Arguments> malformed() {
    String m = "merge_method: linear\n";
    String a = "models: [{model: a}]\n" + m;
    String range = "slices: [{sources: [{model: a, layer_range: %s}]}]\n" + m;
    String weight = "models: [{model: a, parameters: {weight: %s}}]\n" + m;
    String token = "tokenizer: {source: union, tokens: {t: %s}}\n" + a;
    return Stream.of(
        row("", "recipe: found nothing, expected a mapping"),
        row("[]", "recipe: found an empty list, expected a mapping"),
        row("linear", "recipe: found 'linear', expected a mapping"),
        row("a: [1", "line 1: found malformed YAML"),
        row("a: b: c", "line 1: found malformed YAML"),
        row(
            "x: *y\n",
            "line 1: found the alias *y, expected an anchored list or mapping before it"),
        row(
            "x: &y 1\nz: *y\n",
            "line 2: found the alias *y, expected an anchored list or mapping before it"),
        row(a + m, "line 3: found the key merge_method twice, expected it once"),
        row(
            "models: [{model: a, model: b}]",
            "line 1: found the key model twice, expected it once"),
        row(
            a + "---\n" + a,
            "line 4: found a second YAML document, expected one document: the stages of a merge are run one by one"),
        row(
            """
            x: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
            y: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
            z: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
            t: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
            u: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
            v: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
            """,
            "line 6: found more than 1000000 values, expected a smaller recipe"),
        row(
            a + "merge_metod: x",
            "merge_metod: found an unknown key, expected one of merge_method, "),
        row(m, "recipe: found none of them, expected exactly one of models, slices, modules"),
        row(
            a + "slices: []",
            "recipe: found models and slices, expected exactly one of models, slices, modules"),
        row("models: [{model: a}]", "merge_method: found nothing, expected a method's name"),
        row("models: [{model: a}]\nmerge_method: 3", "merge_method: found 3, expected text"),
        row(
            "models: [{model: a}]\nmerge_method: ' '",
            "merge_method: found blank text, expected a method's name"),
        row("models: a\n" + m, "models: found 'a', expected a list"),
        row("models: []\n" + m, "models: found an empty list, expected at least one model"),
        row("models: [a]\n" + m, "models.0: found 'a', expected a mapping"),
        row("models: [null]\n" + m, "models.0: found nothing, expected a mapping"),
        row("models: [{}]\n" + m, "models.0.model: found nothing, expected a model"),
        row("models: [{model: 7}]\n" + m, "models.0.model: found 7, expected text"),
        row(
            "models: [{model: a@b@c}]\n" + m,
            "models.0.model: found 'a@b@c', expected path[@revision][+lora[@revision]]"),
        row(
            "models: [{model: a, weight: 1}]\n" + m,
            "models.0.weight: found an unknown key, expected one of model, parameters"),
        row(
            "models: [{model: a}, {model: a}]\nbase_model: a\n" + m,
            "models: found a twice, expected it at most once"),
        row(
            "models: [{model: a}, {model: a}]\ncompat: mergekit\n" + m,
            "models: found a twice, expected it at most once"),
        row(
            "models: [{model: a, parameters: [1]}]\n" + m,
            "models.0.parameters: found a list of 1, expected a mapping"),
        row(
            weight.formatted("{value: 1}"),
            "models.0.parameters.weight: found a mapping, expected a number, true, false, a name or a list"),
        row(
            weight.formatted("[]"),
            "models.0.parameters.weight: found an empty list, expected at least one number"),
        row(
            weight.formatted("[0, null]"),
            "models.0.parameters.weight.1: found nothing, expected a finite number"),
        row(
            weight.formatted("[0, x]"),
            "models.0.parameters.weight.1: found 'x', expected a finite number"),
        row(
            weight.formatted("[0, {value: 1}]"),
            "models.0.parameters.weight.1: found a mapping, expected a finite number"),
        row(
            weight.formatted("[[0]]"),
            "models.0.parameters.weight.0: found a list of 1, expected a finite number"),
        row(
            weight.formatted(".nan"),
            "models.0.parameters.weight: found NaN, expected a finite number"),
        row(
            weight.formatted("-.inf"),
            "models.0.parameters.weight: found -Infinity, expected a finite number"),
        row(
            weight.formatted("1.0e+999"),
            "models.0.parameters.weight: found Infinity, expected a finite number"),
        row(
            weight.formatted("[{filter: x}]"),
            "models.0.parameters.weight.0.value: found nothing, expected a number"),
        row(
            weight.formatted("[{filter: 3, value: 1}]"),
            "models.0.parameters.weight.0.filter: found 3, expected text"),
        row(
            weight.formatted("[{filter: x, value: 1}, 2]"),
            "models.0.parameters.weight.1: found 2, expected a mapping"),
        row(
            weight.formatted("[{filter: x, vale: 1}]"),
            "models.0.parameters.weight.0.vale: found an unknown key, expected one of value, filter"),
        row(
            weight.formatted("[{value: [{value: 1}]}]"),
            "models.0.parameters.weight.0.value.0: found a mapping, expected a finite number"),
        row("slices: []\n" + m, "slices: found an empty list, expected at least one slice"),
        row("slices: [{}]\n" + m, "slices.0.sources: found nothing, expected a list of sources"),
        row(
            "slices: [{sources: []}]\n" + m,
            "slices.0.sources: found an empty list, expected at least one source"),
        row(
            "slices: [{sources: [{model: a}]}]\n" + m,
            "slices.0.sources.0.layer_range: found nothing, expected [a, b]"),
        row(
            range.formatted("[0]"),
            "slices.0.sources.0.layer_range: found a list of 1, expected [a, b]"),
        row(range.formatted("3"), "slices.0.sources.0.layer_range: found 3, expected a list"),
        row(
            range.formatted("[1, 1]"),
            "slices.0.sources.0.layer_range: found [1, 1], expected [a, b] with 0 <= a < b"),
        row(
            range.formatted("[-1, 1]"),
            "slices.0.sources.0.layer_range: found [-1, 1], expected [a, b] with 0 <= a < b"),
        row(
            range.formatted("[0, 1.5]"),
            "slices.0.sources.0.layer_range.1: found 1.5, expected an integer below 2^31"),
        row(
            range.formatted("[0, 3000000000]"),
            "slices.0.sources.0.layer_range.1: found 3000000000, expected an integer below 2^31"),
        row(
            range.formatted("[0, 2]}, {model: b, layer_range: [0, 3]"),
            "slices.0.sources.1.layer_range: found [0, 3], 3 layers, expected 2 layers as in the first source"),
        row(
            "slices: [{sources: [{model: a, layer_range: [0, 1]}], residual_weight: 1}]\n" + m,
            "slices.0.residual_weight: found an unknown key, expected one of "),
        row("modules: {}\n" + m, "modules: found 0 modules, expected one module"),
        row(
            "modules: {v: {models: [{model: a}]}, t: {models: [{model: a}]}}\n" + m,
            "modules: found 2 modules, expected one module"),
        row(
            "modules: {t: {}}\n" + m,
            "modules.t: found none of them, expected exactly one of models, slices"),
        row(a + "base_model: [a]", "base_model: found a list of 1, expected text"),
        row(a + "dtype: int8", "dtype: found 'int8', expected float32, bfloat16 or float16"),
        row(a + "out_dtype: F32", "out_dtype: found 'F32', expected float32, bfloat16 or float16"),
        row(a + "compat: peft", "compat: found 'peft', expected mergekit"),
        row(a + "seed: x", "seed: found 'x', expected an integer of 64 bits"),
        row(a + "seed: 1.5", "seed: found 1.5, expected an integer of 64 bits"),
        row(
            a + "tokenizer: {source: base}\ntokenizer_source: base",
            "tokenizer_source: found tokenizer besides, expected one of tokenizer_source and tokenizer"),
        row(
            a + "tokenizer: {}",
            "tokenizer.source: found nothing, expected union, base or a model"),
        row(
            a + "tokenizer: {source: base, pad_to_multiple_of: 0}",
            "tokenizer.pad_to_multiple_of: found 0, expected a positive integer"),
        row(
            token.formatted("{source: {kind: one}}"),
            "tokenizer.tokens.t.source: found kind one, expected model_token or zero"),
        row(
            token.formatted("{source: {kind: model_token, model: a}}"),
            "tokenizer.tokens.t.source: found none of them, expected exactly one of token, token_id"),
        row(
            token.formatted("{source: {kind: model_token, model: a, token_id: -1}}"),
            "tokenizer.tokens.t.source.token_id: found -1, expected 0 or more"),
        row(
            token.formatted("{force: 1}"),
            "tokenizer.tokens.t.force: found 1, expected true or false"));
  }

  private static Arguments row(String text, String problem) {
    return Arguments.of(text, problem);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedRecipesAreRefusedByFileAndKey(String text, String problem) {
    assertThatThrownBy(() -> Recipes.parse(text))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith("recipe.yaml: " + problem);
  }
}
