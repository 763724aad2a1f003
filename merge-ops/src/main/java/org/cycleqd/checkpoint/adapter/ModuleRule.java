package org.cycleqd.checkpoint.adapter;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which linear layers and embeddings an adapter changes, as PEFT decides it from their paths. */
sealed interface ModuleRule {

  /** Whether the rule takes the module with the given path, e.g. {@code model.embed_tokens}. */
  boolean matches(String module);

  /** Every linear layer but the output head. */
  record AllLinear() implements ModuleRule {

    @Override
    public boolean matches(String module) {
      return !module.equals(BaseModules.HEAD) && !module.equals(BaseModules.EMBEDDING);
    }
  }

  /** A regular expression for the whole path. */
  record Expression(Pattern pattern) implements ModuleRule {

    @Override
    public boolean matches(String module) {
      return pattern.matcher(module).matches();
    }
  }

  /** Paths or their last parts; the layers, where given, do not restrict whole paths. */
  record Names(Set<String> names, Optional<Layers> layers) implements ModuleRule {

    public Names {
      names = Set.copyOf(names);
    }

    @Override
    public boolean matches(String module) {
      return names.contains(module)
          || (names.stream().anyMatch(name -> module.endsWith("." + name))
              && layers.map(chosen -> chosen.contain(module)).orElse(true));
    }
  }

  /** What one rule takes and another does not. */
  record Except(ModuleRule included, ModuleRule excluded) implements ModuleRule {

    @Override
    public boolean matches(String module) {
      return included.matches(module) && !excluded.matches(module);
    }
  }

  /**
   * Chosen layers.
   *
   * @param numbers the layers, from 0
   * @param patterns each finds the number of a module's layer as its first group; the first that
   *     fits counts
   */
  record Layers(Set<Integer> numbers, List<Pattern> patterns) {

    public Layers {
      numbers = Set.copyOf(numbers);
      patterns = List.copyOf(patterns);
    }

    boolean contain(String module) {
      for (Pattern pattern : patterns) {
        Matcher matcher = pattern.matcher(module);
        if (matcher.lookingAt()) {
          return numbers.stream().anyMatch(n -> n.toString().equals(matcher.group(1)));
        }
      }
      return false;
    }
  }
}
