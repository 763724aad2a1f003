package org.cycleqd.checkpoint.adapter;

import java.util.List;

/**
 * The modules that an adapter replaces as a whole.
 *
 * @param ends a module whose path ends with one of them is replaced, with all that it contains
 */
record SavedModules(List<String> ends) {

  SavedModules {
    ends = List.copyOf(ends);
  }

  boolean contain(String module) {
    for (int end = module.length(); end > 0; end = module.lastIndexOf('.', end - 1)) {
      String path = module.substring(0, end);
      if (ends.stream().anyMatch(path::endsWith)) {
        return true;
      }
    }
    return false;
  }
}
