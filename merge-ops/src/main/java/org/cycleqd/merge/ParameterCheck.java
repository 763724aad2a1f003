package org.cycleqd.merge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.cycleqd.merge.recipe.Conventions;
import org.cycleqd.merge.recipe.NearestNames;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.Recipe.ParameterPlace;
import org.cycleqd.merge.recipe.RecipeException;

/**
 * Whether a method knows the parameters that a recipe gives.
 *
 * <p>mergekit ignores those that it does not know. A name that no method has is most likely a
 * mistake and refused; one that only other methods have, or that is given for a model but belongs
 * to the merge, is noted.
 */
final class ParameterCheck {

  private ParameterCheck() {}

  static List<String> notices(Path file, Recipe recipe, Signature signature)
      throws RecipeException {
    Set<String> perModel = new TreeSet<>(Parameter.names(signature.perModel()));
    Set<String> perTensor = new TreeSet<>(Parameter.names(signature.perTensor()));
    Set<String> anywhere = new HashSet<>();
    for (MergeMethod method : MergeMethods.all().values()) {
      anywhere.addAll(Parameter.names(method.signature().perModel()));
      anywhere.addAll(Parameter.names(method.signature().perTensor()));
    }
    List<String> notices = new ArrayList<>();
    for (Map.Entry<String, List<ParameterPlace>> given : recipe.parameterNames().entrySet()) {
      String name = given.getKey();
      for (ParameterPlace place : given.getValue()) {
        if (perModel.contains(name) || (perTensor.contains(name) && !place.ofSource())) {
          continue;
        }
        if (perTensor.contains(name)) {
          notices.add(
              "%s has no effect: %s belongs to the merge as a whole".formatted(place.path(), name));
        } else if (anywhere.contains(name) || recipe.conventions() == Conventions.MERGEKIT) {
          notices.add("%s has no effect on %s".formatted(place.path(), signature.name()));
        } else {
          throw unknown(file, place, name, signature);
        }
      }
    }
    return notices;
  }

  private static RecipeException unknown(
      Path file, ParameterPlace place, String name, Signature signature) {
    Set<String> known = new TreeSet<>(Parameter.names(signature.perModel()));
    known.addAll(Parameter.names(signature.perTensor()));
    return new RecipeException(
        file,
        place.path(),
        "an unknown parameter",
        known.isEmpty()
            ? "none, as %s has none".formatted(signature.name())
            : "one of %s's: %s".formatted(signature.name(), NearestNames.first(name, known)));
  }
}
