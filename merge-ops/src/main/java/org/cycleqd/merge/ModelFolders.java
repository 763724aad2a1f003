package org.cycleqd.merge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.ModelReference.Location;

/**
 * Finds the folders that a recipe's names mean.
 *
 * <p>A name is looked for in the models folder, as it is and by its last part, then from the
 * recipe's folder, then from the working directory. Nothing is downloaded.
 *
 * @param recipe the recipe's file
 * @param models a folder with models, or empty
 */
public record ModelFolders(Path recipe, Optional<Path> models) {

  /**
   * The folder of a model or an adapter.
   *
   * @throws MergeException if there is none, saying where it was looked for
   */
  public Path find(Location location) throws MergeException {
    Set<Path> candidates = candidates(location);
    for (Path candidate : candidates) {
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    throw new MergeException(
        "%s: model %s: found none of %s, expected a folder%s"
            .formatted(
                recipe,
                location,
                candidates.stream().map(Path::toString).collect(Collectors.joining(", ")),
                models.isPresent() ? "" : "; --models DIR names where models are"));
  }

  private Set<Path> candidates(Location location) {
    String name = location.toString();
    Set<Path> candidates = new LinkedHashSet<>();
    if (models.isPresent()) {
      candidates.add(models.get().resolve(name));
      candidates.add(models.get().resolve(name.substring(name.lastIndexOf('/') + 1)));
    }
    candidates.add(recipe.resolveSibling(name));
    candidates.add(Path.of(name));
    return candidates;
  }
}
