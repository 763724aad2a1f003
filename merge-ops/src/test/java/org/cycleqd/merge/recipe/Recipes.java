package org.cycleqd.merge.recipe;

import java.nio.file.Path;

/** Recipes for tests. */
final class Recipes {

  static final Path FILE = Path.of("recipe.yaml");

  private Recipes() {}

  static Recipe parse(String text) throws RecipeException {
    return RecipeReader.parse(text, FILE);
  }

  static MergeLayout layout(String text, int layers) throws RecipeException {
    return MergeLayout.of(FILE, parse(text), model -> layers);
  }

  static Recipe withConventions(Recipe recipe, Conventions conventions) {
    return new Recipe(
        recipe.name(),
        recipe.mergeMethod(),
        recipe.baseModel(),
        recipe.inputs(),
        recipe.parameters(),
        recipe.dtype(),
        recipe.outDtype(),
        recipe.tokenizer(),
        recipe.chatTemplate(),
        conventions,
        recipe.seed());
  }
}
