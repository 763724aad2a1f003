package org.cycleqd.merge.recipe;

import java.io.IOException;
import java.nio.file.Path;

/** A merge recipe that cannot be used; the message is meant for the user. */
public final class RecipeException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Reports what does not fit.
   *
   * @param file the recipe's file
   * @param subject path of keys, list items by number from 0, or the tensor in question
   * @param found what is there
   * @param expected what would fit
   */
  public RecipeException(Path file, String subject, String found, String expected) {
    super("%s: %s: found %s, expected %s".formatted(file, subject, found, expected));
  }

  RecipeException(Path file, String problem) {
    super("%s: %s".formatted(file, problem));
  }
}
