package org.cycleqd.merge.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.merge.recipe.MergeInputs.LayerRange;
import org.cycleqd.merge.recipe.ParameterValue.Entry;
import org.cycleqd.merge.recipe.TokenizerSettings.Embedding;
import org.cycleqd.merge.recipe.TokenizerSettings.Token;
import org.cycleqd.merge.recipe.TokenizerSettings.Vocabulary;

/**
 * Writes recipes as mergekit's YAML, so that {@link RecipeReader} reads an equal recipe. Our own
 * keys are written only where they say something.
 */
public final class RecipeWriter {

  private RecipeWriter() {}

  /** The recipe as YAML text. */
  public static String write(Recipe recipe) {
    SequencedMap<String, Object> root = new LinkedHashMap<>();
    recipe.name().ifPresent(name -> root.put("name", name));
    switch (recipe.inputs()) {
      case MergeInputs.Models(List<MergeInputs.Model> models) ->
          root.put("models", models.stream().map(RecipeWriter::model).toList());
      case MergeInputs.Slices(List<MergeInputs.Slice> slices) ->
          root.put("slices", slices.stream().map(RecipeWriter::slice).toList());
    }
    root.put("merge_method", recipe.mergeMethod());
    recipe.baseModel().ifPresent(base -> root.put("base_model", base.toString()));
    putParameters(root, recipe.parameters());
    recipe.dtype().ifPresent(dtype -> root.put("dtype", dtype.torchName()));
    recipe.outDtype().ifPresent(dtype -> root.put("out_dtype", dtype.torchName()));
    recipe.tokenizer().ifPresent(settings -> putTokenizer(root, settings));
    recipe.chatTemplate().ifPresent(template -> root.put("chat_template", template));
    if (recipe.conventions() == Conventions.MERGEKIT) {
      root.put("compat", "mergekit");
    }
    if (recipe.seed() != 0) {
      root.put("seed", recipe.seed());
    }
    return YamlText.of(root);
  }

  private static Map<String, Object> model(MergeInputs.Model model) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("model", model.model().toString());
    putParameters(map, model.parameters());
    return map;
  }

  private static Map<String, Object> slice(MergeInputs.Slice slice) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("sources", slice.sources().stream().map(RecipeWriter::source).toList());
    slice.baseModel().ifPresent(base -> map.put("base_model", base.toString()));
    putParameters(map, slice.parameters());
    return map;
  }

  private static Map<String, Object> source(MergeInputs.Source source) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    LayerRange layers = source.layers();
    map.put("model", source.model().toString());
    map.put("layer_range", List.of((long) layers.from(), (long) layers.to()));
    putParameters(map, source.parameters());
    return map;
  }

  private static void putParameters(
      Map<String, Object> map, Map<String, ParameterValue> parameters) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    parameters.forEach((name, value) -> values.put(name, value(value)));
    if (!values.isEmpty()) {
      map.put("parameters", values);
    }
  }

  private static Object value(ParameterValue value) {
    return switch (value) {
      case ParameterValue.Scalar(double number) -> number;
      case ParameterValue.Flag(boolean flag) -> flag;
      case ParameterValue.Text(String text) -> text;
      case ParameterValue.Gradient(List<Double> anchors) -> anchors;
      case ParameterValue.Filtered(List<Entry> entries) ->
          entries.stream().map(RecipeWriter::entry).toList();
    };
  }

  private static YamlText.Inline entry(Entry entry) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    entry.filter().ifPresent(filter -> map.put("filter", filter));
    map.put("value", value(entry.value()));
    return new YamlText.Inline(map);
  }

  private static void putTokenizer(Map<String, Object> root, TokenizerSettings settings) {
    String source =
        switch (settings.source()) {
          case Vocabulary.Union() -> "union";
          case Vocabulary.Base() -> "base";
          case Vocabulary.OfModel(ModelReference model) -> model.toString();
        };
    if (settings.tokens().isEmpty() && settings.padToMultipleOf().isEmpty()) {
      root.put("tokenizer_source", source);
      return;
    }
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("source", source);
    SequencedMap<String, Object> tokens = new LinkedHashMap<>();
    settings.tokens().forEach((name, token) -> tokens.put(name, token(token)));
    if (!tokens.isEmpty()) {
      map.put("tokens", tokens);
    }
    settings.padToMultipleOf().ifPresent(rows -> map.put("pad_to_multiple_of", (long) rows));
    root.put("tokenizer", map);
  }

  private static YamlText.Inline token(Token token) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    token.source().ifPresent(source -> map.put("source", embedding(source)));
    if (token.force()) {
      map.put("force", true);
    }
    return new YamlText.Inline(map);
  }

  private static Object embedding(Embedding embedding) {
    return switch (embedding) {
      case Embedding.OfModel(ModelReference model) -> model.toString();
      case Embedding.OfToken(ModelReference model, String token) ->
          modelToken(model, "token", token);
      case Embedding.OfTokenId(ModelReference model, int id) ->
          modelToken(model, "token_id", (long) id);
      case Embedding.Zero() -> {
        SequencedMap<String, Object> map = new LinkedHashMap<>();
        map.put("kind", "zero");
        yield new YamlText.Inline(map);
      }
    };
  }

  private static YamlText.Inline modelToken(ModelReference model, String key, Object token) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("kind", "model_token");
    map.put("model", model.toString());
    map.put(key, token);
    return new YamlText.Inline(map);
  }
}
