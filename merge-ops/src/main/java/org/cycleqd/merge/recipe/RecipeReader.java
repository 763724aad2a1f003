package org.cycleqd.merge.recipe;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.tensor.DType;

/**
 * Reads merge recipes: mergekit's YAML of one stage, with our keys {@code compat} and {@code seed}
 * besides.
 *
 * <p>Unknown and duplicate keys, wrong types and values outside their range are errors that name
 * the file, the path of the key, what was found and what was expected. A null is an absent value.
 * {@code modules} with one entry means the entry's contents.
 */
public final class RecipeReader {

  private static final String MERGEKIT = "mergekit";

  private RecipeReader() {}

  /**
   * Reads a file.
   *
   * @throws RecipeException if it is not there, not UTF-8, or not a recipe
   * @throws IOException if it cannot be read
   */
  public static Recipe read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new RecipeException(file, "recipe", "a folder", "a file");
    }
    try {
      return parse(Files.readString(file), file);
    } catch (NoSuchFileException e) {
      throw new RecipeException(file, "recipe", "nothing", "a file");
    } catch (MalformedInputException e) {
      throw new RecipeException(file, "recipe", "malformed UTF-8", "valid UTF-8");
    }
  }

  /**
   * Reads a text.
   *
   * @param name stands for the file in error messages
   * @throws RecipeException if it is not a recipe
   */
  public static Recipe parse(String text, Path name) throws RecipeException {
    RecipeNode root = new RecipeNode(name, "", YamlDocument.parse(name, text));
    root.requireKeys(
        "models",
        "slices",
        "modules",
        "merge_method",
        "base_model",
        "parameters",
        "dtype",
        "out_dtype",
        "tokenizer_source",
        "tokenizer",
        "chat_template",
        "name",
        "compat",
        "seed");
    SequencedMap<String, ParameterValue> parameters = ParameterReader.parametersOf(root);
    Optional<RecipeNode> module = module(root);
    if (module.isPresent()) {
      // A module's value counts first; the recipe's counts where no filter of it matches.
      ParameterReader.parametersOf(module.get())
          .forEach((key, value) ->
              parameters.merge(key, value, (recipes, modules) -> modules.or(recipes)));
    }
    MergeInputs inputs = InputsReader.inputs(module.orElse(root));
    Optional<String> recipeName = root.get("name", RecipeNode::text);
    String method = root.required("merge_method", RecipeNode::text, "a method's name");
    Optional<ModelReference> base = root.get("base_model", RecipeNode::model);
    Optional<DType> dtype = root.get("dtype", RecipeReader::dtype);
    Optional<DType> outDtype = root.get("out_dtype", RecipeReader::dtype);
    Optional<TokenizerSettings> tokenizer = TokenizerReader.settingsOf(root);
    Optional<String> template = root.get("chat_template", RecipeNode::text);
    Conventions conventions =
        root.get("compat", RecipeReader::conventions).orElse(Conventions.OURS);
    long seed = root.get("seed", RecipeNode::longInteger).orElse(0L);
    return root.make(() ->
        new Recipe(
            recipeName,
            method,
            base,
            inputs,
            parameters,
            dtype,
            outDtype,
            tokenizer,
            template,
            conventions,
            seed));
  }

  /** The one module, or empty where models or slices stand at the top. */
  private static Optional<RecipeNode> module(RecipeNode root) throws RecipeException {
    root.requireOneOf("models", "slices", "modules");
    Optional<RecipeNode> modules = root.get("modules");
    if (modules.isEmpty()) {
      return Optional.empty();
    }
    Map<String, RecipeNode> entries = modules.get().entries(entry -> entry);
    if (entries.size() != 1) {
      throw modules.get().refusal(entries.size() + " modules", "one module");
    }
    RecipeNode module = entries.values().iterator().next();
    module.requireKeys("models", "slices", "parameters");
    module.requireOneOf("models", "slices");
    return Optional.of(module);
  }

  private static DType dtype(RecipeNode node) throws RecipeException {
    return DType.torchNamed(node.text())
        .orElseThrow(() -> node.refusal("float32, bfloat16 or float16"));
  }

  private static Conventions conventions(RecipeNode node) throws RecipeException {
    if (!node.text().equals(MERGEKIT)) {
      throw node.refusal(MERGEKIT);
    }
    return Conventions.MERGEKIT;
  }
}
