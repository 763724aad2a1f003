package org.cycleqd.task.pico;

/** A composed question before it is accepted as an item. */
interface Composition {

  String prompt();

  String answer();

  /** What is asked, values included and phrasing left out; the split depends on it alone. */
  String key();

  int steps();

  /** Whether every step matters: the result is worth asking for and no step can be left out. */
  boolean meaningful();
}
