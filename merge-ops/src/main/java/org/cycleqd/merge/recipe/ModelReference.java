package org.cycleqd.merge.recipe;

import java.util.Optional;

/**
 * A model that a recipe names: {@code path[@revision][+lora[@revision]]}.
 *
 * @param model folder or hub name of the model
 * @param lora an adapter that is applied to it, or empty
 */
public record ModelReference(Location model, Optional<Location> lora) {

  /**
   * A folder or a hub name, at a revision or at none in particular.
   *
   * @param path not blank, without {@code @} and {@code +}, which the notation needs
   * @param revision branch, tag or commit of the hub, under the same restrictions
   */
  public record Location(String path, Optional<String> revision) {

    /**
     * Checks that the text form means this location again.
     *
     * @throws IllegalArgumentException if path or revision is blank or holds {@code @} or {@code +}
     */
    public Location {
      requirePart("path", path);
      revision.ifPresent(text -> requirePart("revision", text));
    }

    private static void requirePart(String part, String text) {
      Requirements.require(names(text), part, "'" + text + "'", "text without @ and +");
    }

    private static Location parse(String text) {
      int at = text.indexOf('@');
      return at < 0
          ? new Location(text, Optional.empty())
          : new Location(text.substring(0, at), Optional.of(text.substring(at + 1)));
    }

    @Override
    public String toString() {
      return path + revision.map(text -> "@" + text).orElse("");
    }
  }

  /**
   * Whether a folder or hub name can stand in a recipe: not blank, without {@code @}, {@code +}.
   */
  public static boolean names(String path) {
    return !path.isBlank()
        && path.equals(path.strip())
        && path.chars().noneMatch(c -> c == '@' || c == '+');
  }

  /**
   * A model without revision and adapter.
   *
   * @throws IllegalArgumentException if the path cannot be written in a recipe
   */
  public static ModelReference of(String path) {
    return new ModelReference(new Location(path, Optional.empty()), Optional.empty());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the text is not {@code path[@revision][+lora[@revision]]}
   */
  public static ModelReference parse(String text) {
    try {
      int plus = text.indexOf('+');
      return plus < 0
          ? new ModelReference(Location.parse(text), Optional.empty())
          : new ModelReference(
              Location.parse(text.substring(0, plus)),
              Optional.of(Location.parse(text.substring(plus + 1))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "found '%s', expected path[@revision][+lora[@revision]]".formatted(text), e);
    }
  }

  /** The text form, which {@link #parse} reads. */
  @Override
  public String toString() {
    return model + lora.map(location -> "+" + location).orElse("");
  }
}
