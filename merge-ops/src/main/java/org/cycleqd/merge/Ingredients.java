package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.Set;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.ModelReference.Location;
import org.cycleqd.merge.recipe.Recipe;

/** The open models and adapters of a recipe; each folder is opened once. */
final class Ingredients implements AutoCloseable {

  private final ModelFolders folders;
  private final SequencedMap<ModelReference, Ingredient> byReference = new LinkedHashMap<>();
  private final SequencedMap<String, Path> found = new LinkedHashMap<>();
  private final Map<Path, Checkpoint> checkpoints = new HashMap<>();
  private final List<Adapter> adapters = new ArrayList<>();

  private Ingredients(ModelFolders folders) {
    this.folders = folders;
  }

  /**
   * Opens what a recipe names.
   *
   * @throws IOException if a folder is not found or cannot be opened, or an adapter does not fit
   */
  static Ingredients open(Recipe recipe, ModelFolders folders) throws IOException {
    Ingredients ingredients = new Ingredients(folders);
    try {
      for (ModelReference model : recipe.models()) {
        ingredients.byReference.put(model, ingredients.open(model));
      }
      return ingredients;
    } catch (IOException | RuntimeException | Error e) {
      ingredients.close();
      throw e;
    }
  }

  private Ingredient open(ModelReference reference) throws IOException {
    Path folder = find(reference.model());
    Path identity = folder.toRealPath();
    Checkpoint checkpoint = checkpoints.get(identity);
    if (checkpoint == null) {
      checkpoint = Checkpoint.open(folder, folders.links());
      checkpoints.put(identity, checkpoint);
    }
    if (reference.lora().isEmpty()) {
      return new Ingredient(checkpoint, Optional.empty(), Map.of());
    }
    Adapter adapter = Adapter.open(find(reference.lora().get()));
    adapters.add(adapter);
    return new Ingredient(checkpoint, Optional.of(adapter), adapter.applyTo(checkpoint));
  }

  private Path find(Location location) throws IOException {
    Path folder = folders.find(location);
    found.put(location.toString(), folder);
    return folder;
  }

  /** The model that a reference of the recipe names. */
  Ingredient get(ModelReference model) {
    return find(model)
        .orElseThrow(() -> new IllegalArgumentException("no model " + model + " in the recipe"));
  }

  /** The model that a reference names, if it is one of the recipe's. */
  Optional<Ingredient> find(ModelReference model) {
    return Optional.ofNullable(byReference.get(model));
  }

  /** The model whose configuration the merged one takes over: the base, or else the first. */
  Ingredient donor() {
    return byReference.firstEntry().getValue();
  }

  /** The references, in the recipe's order, the base model first. */
  SequencedCollection<ModelReference> references() {
    return byReference.sequencedKeySet();
  }

  /** The models of different folders, the donor first. */
  List<Checkpoint> checkpoints() {
    return byReference.values().stream().map(Ingredient::checkpoint).distinct().toList();
  }

  /** The folders of models and adapters by their names in the recipe. */
  SequencedMap<String, Path> folders() {
    return Collections.unmodifiableSequencedMap(found);
  }

  /** Names that turned out to mean the same folder. */
  List<String> notices() throws IOException {
    Map<Path, String> names = new HashMap<>();
    List<String> notices = new ArrayList<>();
    for (Map.Entry<String, Path> model : found.entrySet()) {
      Path folder = model.getValue().toRealPath();
      String earlier = names.putIfAbsent(folder, model.getKey());
      if (earlier != null) {
        notices.add("%s and %s are the same folder %s".formatted(earlier, model.getKey(), folder));
      }
    }
    return notices;
  }

  /** Everywhere that is read from, links of a cache followed. */
  Set<Path> places() throws IOException {
    Set<Path> places = new LinkedHashSet<>(found.values());
    for (Checkpoint checkpoint : checkpoints.values()) {
      for (String tensor : checkpoint.tensors().sequencedKeySet()) {
        Path folder = checkpoint.location(tensor).file().toRealPath().getParent();
        if (folder != null) {
          places.add(folder);
        }
      }
    }
    return places;
  }

  /** What is done with models' files that are symbolic links. */
  LinkPolicy links() {
    return folders.links();
  }

  @Override
  public void close() {
    adapters.forEach(Adapter::close);
    checkpoints.values().forEach(Checkpoint::close);
  }
}
