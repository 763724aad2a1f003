package org.cycleqd.merge.recipe;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a tensor of the merged model is made of.
 *
 * @param tensor its name
 * @param inputs one for each source, the base model's among them, in the recipe's order
 * @param baseIndex which of the inputs is the base model's, or empty if none is
 * @param parameters what holds for the tensor as a whole, e.g. lambda
 */
public record TensorPlan(
    String tensor, List<TensorInput> inputs, OptionalInt baseIndex, ParameterLookup parameters) {

  /** Copies the inputs. */
  public TensorPlan {
    inputs = List.copyOf(inputs);
  }

  /** The base model's tensor, if it is one of the inputs. */
  public Optional<TensorInput> base() {
    return baseIndex.isPresent() ? Optional.of(inputs.get(baseIndex.getAsInt())) : Optional.empty();
  }

  /**
   * The base model's tensor, for methods that need it.
   *
   * @throws RecipeException if it is not one of the inputs
   */
  public TensorInput requireBase() throws RecipeException {
    Optional<TensorInput> base = base();
    if (base.isEmpty()) {
      throw parameters.refusal(
          "only "
              + inputs.stream()
                  .map(input -> input.model().toString())
                  .collect(Collectors.joining(", ")),
          "base_model to be given and among the sources");
    }
    return base.get();
  }

  /** The inputs other than the base model's. */
  public List<TensorInput> others() {
    return IntStream.range(0, inputs.size())
        .filter(i -> baseIndex.isEmpty() || i != baseIndex.getAsInt())
        .mapToObj(inputs::get)
        .toList();
  }
}
