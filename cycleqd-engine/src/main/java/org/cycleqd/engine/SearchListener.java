package org.cycleqd.engine;

import java.util.List;
import org.cycleqd.archive.ArchiveView;

/**
 * Is told of every candidate, in number order, on the thread that runs the search. What it throws
 * ends the run; the journal already holds the candidate.
 */
@FunctionalInterface
public interface SearchListener {

  /** Does nothing. */
  SearchListener NONE = (candidate, archives) -> {};

  /**
   * A candidate was scored and recorded.
   *
   * @param candidate what the journal now holds of it
   * @param archives the archives that it was offered to, in task order
   */
  void inserted(CandidateRecord candidate, List<ArchiveView> archives);

  /** A candidate was found in the journal of an earlier start of this run. */
  default void replayed(CandidateRecord candidate, List<ArchiveView> archives) {}

  /** Tells this listener first, then the other. */
  default SearchListener andThen(SearchListener other) {
    SearchListener first = this;
    return new SearchListener() {
      @Override
      public void inserted(CandidateRecord candidate, List<ArchiveView> archives) {
        first.inserted(candidate, archives);
        other.inserted(candidate, archives);
      }

      @Override
      public void replayed(CandidateRecord candidate, List<ArchiveView> archives) {
        first.replayed(candidate, archives);
        other.replayed(candidate, archives);
      }
    };
  }
}
