package org.cycleqd.engine;

/**
 * When elites are scored again, on further items. An archive keeps whoever was lucky on the items
 * of the search; so after every so many children, and after the last, all that an archive took
 * since is scored on items that the search did not choose by, and the archives are those of all
 * items. Until then newcomers stand by the search's items alone. Those that a newcomer replaced
 * meanwhile come back where it does not keep what it promised.
 *
 * @param every children between two rounds
 * @param items further items of each task
 */
public record Reevaluation(int every, int items) {

  /** Checks both numbers. */
  public Reevaluation {
    if (every < 1 || items < 1) {
      throw new IllegalArgumentException(
          "re-evaluation: found every %d children and %d items, expected 1 or more each"
              .formatted(every, items));
    }
  }

  /**
   * How many rounds precede a child, but for the one that ends a search.
   *
   * @param step the child's number, counted from 1
   */
  long roundsBefore(long step) {
    return (step - 1) / every;
  }
}
