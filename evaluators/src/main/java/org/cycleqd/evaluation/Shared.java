package org.cycleqd.evaluation;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made once, when it is first needed. */
final class Shared<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private @Nullable T value;

  Shared(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized T get() {
    T present = value;
    if (present == null) {
      present = maker.get();
      value = present;
    }
    return present;
  }
}
