package org.cycleqd.task.pico;

/**
 * What running an answer gave, before anybody compares it.
 *
 * @param status how it ended
 * @param text what it gave; empty unless it finished
 */
record Outcome(Status status, String text) {

  /** How running an answer ended. */
  enum Status {
    FINISHED("finished"),
    TIMED_OUT("timed-out"),
    OVERFLOWED("overflowed"),
    KILLED("killed"),
    REFUSED("refused");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static Status of(String word) {
      for (Status status : values()) {
        if (status.word.equals(word)) {
          return status;
        }
      }
      throw new IllegalArgumentException("no status is called '" + word + "'");
    }
  }

  boolean isFinished() {
    return status == Status.FINISHED;
  }
}
