package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.cycleqd.merge.recipe.ParameterValue;
import org.cycleqd.merge.recipe.ParameterValue.Entry;
import org.cycleqd.merge.recipe.ParameterValue.Filtered;
import org.cycleqd.merge.recipe.ParameterValue.Scalar;

/** Writes weights that tensors' names decide as a parameter of a recipe. */
final class NamedWeights {

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.\\d+\\.");

  private NamedWeights() {}

  /**
   * The parameter that gives each tensor its weight: the most frequent one by default, the others
   * by parts of names.
   *
   * @param weights by tensor name, at least one
   * @return empty if names without the layer's number do not tell the weights apart
   */
  static Optional<ParameterValue> of(SequencedMap<String, Float> weights) {
    Float usual = mostFrequent(weights);
    List<Entry> entries = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (Map.Entry<String, Float> tensor : weights.entrySet()) {
      if (tensor.getValue().equals(usual) || done.contains(tensor.getKey())) {
        continue;
      }
      Optional<String> filter = filter(tensor.getKey(), weights);
      if (filter.isEmpty()) {
        return Optional.empty();
      }
      weights.keySet().stream().filter(name -> name.contains(filter.get())).forEach(done::add);
      entries.add(new Entry(filter, scalar(tensor.getValue())));
    }
    if (entries.isEmpty()) {
      return Optional.of(scalar(usual));
    }
    entries.add(new Entry(Optional.empty(), scalar(usual)));
    return Optional.of(new Filtered(entries));
  }

  private static Float mostFrequent(SequencedMap<String, Float> weights) {
    SequencedMap<Float, Integer> counts = new LinkedHashMap<>();
    weights.values().forEach(weight -> counts.merge(weight, 1, Integer::sum));
    return counts.entrySet().stream()
        .max(Comparator.comparingInt(Map.Entry::getValue))
        .orElseThrow()
        .getKey();
  }

  /** The shortest run of leading parts of the name, inside its layer, that no other weight has. */
  private static Optional<String> filter(String tensor, SequencedMap<String, Float> weights) {
    String inside = LAYER.matcher(tensor).replaceFirst("");
    return IntStream.rangeClosed(1, inside.length())
        .filter(end -> end == inside.length() || inside.charAt(end) == '.')
        .mapToObj(end -> inside.substring(0, end))
        .filter(part ->
            weights.entrySet().stream()
                .filter(other -> other.getKey().contains(part))
                .allMatch(other -> other.getValue().equals(weights.get(tensor))))
        .findFirst();
  }

  /** In the few digits that make the float again. */
  private static Scalar scalar(Float weight) {
    return new Scalar(Double.parseDouble(weight.toString()));
  }
}
