package org.cycleqd.engine;

import org.jspecify.annotations.Nullable;

/**
 * Where a run left another.
 *
 * @param candidate number of the last candidate that it took over
 * @param journal chain value of that candidate's record in the other's journal
 * @param settings by which the candidates up to there were bred
 * @param fork where the other had left a third before; null if it had not
 */
public record ForkPoint(
    int candidate, String journal, SearchSettings settings, @Nullable ForkPoint fork) {

  /** The settings by which a candidate was bred. */
  static SearchSettings settings(RunHeader header, int candidate) {
    SearchSettings settings = header.settings();
    @Nullable ForkPoint fork = header.fork();
    while (fork != null && candidate <= fork.candidate()) {
      settings = fork.settings();
      fork = fork.fork();
    }
    return settings;
  }
}
