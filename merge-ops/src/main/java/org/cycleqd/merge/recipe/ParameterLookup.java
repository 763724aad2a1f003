package org.cycleqd.merge.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.merge.recipe.ParameterValue.Constant;
import org.cycleqd.merge.recipe.ParameterValue.Entry;
import org.cycleqd.merge.recipe.ParameterValue.Filtered;
import org.cycleqd.merge.recipe.ParameterValue.Flag;
import org.cycleqd.merge.recipe.ParameterValue.Gradient;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;
import org.cycleqd.merge.recipe.ParameterValue.Text;

/**
 * The parameters that hold for one tensor, or for one input of it.
 *
 * <p>The source's parameters come before the slice's, and these before the recipe's. A level that
 * does not give the parameter, or whose filters do not match the tensor's name, leaves it to the
 * next one. A flag counts as the number 0 or 1, and these numbers as flags.
 */
public final class ParameterLookup {

  private final Path file;
  private final String subject;
  private final String tensor;
  private final double t;
  private final List<Map<String, ParameterValue>> levels;

  /**
   * Binds the parameters to a place.
   *
   * @param file named in errors
   * @param subject whose parameters these are, for errors
   * @param tensor name that filters are matched with
   * @param t where gradients are evaluated, 0 to 1
   * @param levels parameters by name, the level that counts first standing first
   */
  ParameterLookup(
      Path file,
      String subject,
      String tensor,
      double t,
      List<Map<String, ParameterValue>> levels) {
    this.file = file;
    this.subject = subject;
    this.tensor = tensor;
    this.t = t;
    this.levels = List.copyOf(levels);
  }

  /** The value that holds here, or empty if the recipe gives none. */
  public Optional<Constant> value(String parameter) {
    for (Map<String, ParameterValue> level : levels) {
      ParameterValue given = level.get(parameter);
      Optional<Constant> value = given == null ? Optional.empty() : here(given);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private Optional<Constant> here(ParameterValue value) {
    return switch (value) {
      case Constant constant -> Optional.of(constant);
      case Gradient gradient -> Optional.of(new Scalar(gradient.at(t)));
      case Filtered(List<Entry> entries) ->
          entries.stream()
              .filter(entry -> entry.matches(tensor))
              .findFirst()
              .flatMap(entry -> here(entry.value()));
    };
  }

  /**
   * A number that must be given.
   *
   * @throws RecipeException if it is not given, or is a name
   */
  public double number(String parameter) throws RecipeException {
    Optional<Constant> value = value(parameter);
    if (value.isEmpty()) {
      throw refusal(parameter, "nothing", "a number");
    }
    return number(parameter, value.get());
  }

  /**
   * A number, or {@code otherwise} if it is not given.
   *
   * @throws RecipeException if it is a name
   */
  public double number(String parameter, double otherwise) throws RecipeException {
    Optional<Constant> value = value(parameter);
    return value.isPresent() ? number(parameter, value.get()) : otherwise;
  }

  /**
   * A flag, or {@code otherwise} if it is not given.
   *
   * @throws RecipeException if it is a name, or a number other than 0 and 1
   */
  public boolean flag(String parameter, boolean otherwise) throws RecipeException {
    Optional<Constant> value = value(parameter);
    return switch (value.orElseGet(() -> new Flag(otherwise))) {
      case Flag(boolean flag) -> flag;
      case Scalar(double number) when number == 0 || number == 1 -> number == 1;
      case Scalar(double number) -> throw refusal(parameter, "" + number, "true or false");
      case Text(String text) -> throw refusal(parameter, "'" + text + "'", "true or false");
    };
  }

  /** A refusal of a parameter's value here, for what the method itself does not accept. */
  public RecipeException refusal(String parameter, String found, String expected) {
    return new RecipeException(
        file, "%s, parameter %s".formatted(subject, parameter), found, expected);
  }

  RecipeException refusal(String found, String expected) {
    return new RecipeException(file, subject, found, expected);
  }

  private double number(String parameter, Constant value) throws RecipeException {
    return switch (value) {
      case Scalar(double number) -> number;
      case Flag(boolean flag) -> flag ? 1 : 0;
      case Text(String text) -> throw refusal(parameter, "'" + text + "'", "a number");
    };
  }
}
