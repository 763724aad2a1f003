package org.cycleqd.engine;

import org.cycleqd.spectral.Genome;

/**
 * A strategy in the course of one search. It is asked for every child and told of every candidate,
 * both in number order: when child {@code n} is asked for, exactly the candidates up to {@code n -
 * lag} have been told, but for the first children, which know the experts alone.
 *
 * <p>What it proposes must follow from the settings, the numbers and what it was told, and all its
 * randomness from {@link org.cycleqd.random.Draws} at the number's address; then a search is
 * repeatable, and carried on by telling it the journal again.
 */
public interface Proposer {

  /** The child of this number. */
  Proposal propose(int number);

  /**
   * A candidate was scored, or failed, and was offered to all archives. The first ones are the
   * experts.
   *
   * @param candidate what became of it
   * @param genome its genome
   */
  void tell(CandidateRecord candidate, Genome genome);

  /**
   * Whether a candidate that no archive takes changes nothing of what is proposed later. Only then
   * candidates may be stopped early, since they have no scores.
   */
  default boolean needsOnlyElites() {
    return false;
  }
}
