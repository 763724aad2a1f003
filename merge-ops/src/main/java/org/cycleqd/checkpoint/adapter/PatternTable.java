package org.cycleqd.checkpoint.adapter;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Values for some modules by regular expression; the first entry that fits the end of a module's
 * path counts.
 *
 * @param entries in the order of the configuration
 */
record PatternTable<T>(List<Entry<T>> entries) {

  /** A value and the ends of the paths it is for. */
  record Entry<T>(Pattern pattern, T value) {}

  PatternTable {
    entries = List.copyOf(entries);
  }

  T find(String module, T otherwise) {
    return entries.stream()
        .filter(entry -> entry.pattern().matcher(module).matches())
        .map(Entry::value)
        .findFirst()
        .orElse(otherwise);
  }
}
