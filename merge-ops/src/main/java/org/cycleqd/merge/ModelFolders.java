package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.ModelReference.Location;

/**
 * Finds the folders that a recipe's names mean.
 *
 * <p>A name is looked for in the models folder, as it is and by its last part, then from the
 * recipe's folder, then from the working directory. Nothing is downloaded.
 *
 * @param recipe the recipe's file
 * @param models a folder with models, or empty; where hub links are followed it may be a Hugging
 *     Face cache, in which {@code OWNER/NAME@REVISION} is looked up too
 * @param links what is done with models' files that are symbolic links
 */
public record ModelFolders(Path recipe, Optional<Path> models, LinkPolicy links) {

  private static final String DEFAULT_REVISION = "main";

  /**
   * The folder of a model or an adapter.
   *
   * @throws MergeException if there is none, saying where it was looked for
   * @throws IOException if a cache cannot be read
   */
  public Path find(Location location) throws IOException {
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

  private Set<Path> candidates(Location location) throws IOException {
    String name = location.toString();
    Set<Path> candidates = new LinkedHashSet<>();
    if (models.isPresent()) {
      candidates.add(models.get().resolve(name));
      candidates.add(models.get().resolve(name.substring(name.lastIndexOf('/') + 1)));
    }
    if (models.isPresent() && links == LinkPolicy.HUB_CACHE) {
      Path repository = models.get().resolve("models--" + location.path().replace("/", "--"));
      String revision = location.revision().orElse(DEFAULT_REVISION);
      Path named = repository.resolve("refs").resolve(revision);
      candidates.add(
          repository
              .resolve("snapshots")
              .resolve(Files.isRegularFile(named) ? Files.readString(named).strip() : revision));
    }
    candidates.add(recipe.resolveSibling(name));
    candidates.add(Path.of(name));
    return candidates;
  }
}
