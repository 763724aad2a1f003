package org.cycleqd.lm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which tokens the slots of a cache hold, and which slots are in use. */
final class Slots {

  private final int[][] contents;
  private final @Nullable Row[] users;
  private final long[] used;
  private long time;
  private int free;

  Slots(int count) {
    this.contents = new int[count][0];
    this.users = new @Nullable Row[count];
    this.used = new long[count];
    this.free = count;
  }

  int count() {
    return contents.length;
  }

  int free() {
    return free;
  }

  @Nullable Row user(int slot) {
    return users[slot];
  }

  /** Forgets all contents, after the weights changed. */
  void forget() {
    Arrays.setAll(contents, _ -> new int[0]);
    Arrays.fill(used, 0);
  }

  /** A slot's start that agrees with a text. */
  record Match(int slot, int length) {}

  /** The longest start that any slot shares with a text; a free slot is preferred. */
  Match longest(int[] text) {
    Match best = new Match(-1, 0);
    for (int slot = 0; slot < contents.length; slot++) {
      int length = common(contents[slot], text);
      boolean better =
          length > best.length()
              || (length == best.length()
                  && length > 0
                  && users[slot] == null
                  && users[best.slot()] != null);
      best = better ? new Match(slot, length) : best;
    }
    return best;
  }

  static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /** The free slot that was of use the longest ago. */
  int oldest() {
    int oldest = -1;
    for (int slot = 0; slot < users.length; slot++) {
      if (users[slot] == null && (oldest < 0 || used[slot] < used[oldest])) {
        oldest = slot;
      }
    }
    return oldest;
  }

  /** Notes that a slot's content was of use. */
  void touch(int slot) {
    used[slot] = ++time;
  }

  /** Gives a free slot to a row. */
  void take(int slot, Row row, int[] content) {
    users[slot] = row;
    contents[slot] = content;
    row.place(slot);
    free--;
    touch(slot);
  }

  /** Takes a slot back; its content may be of use later. */
  void release(int slot, int[] content) {
    Row row = users[slot];
    if (row != null) {
      row.place(-1);
      users[slot] = null;
      free++;
    }
    contents[slot] = content;
    touch(slot);
  }

  /** Exchanges two slots; returns how many positions of either are of interest. */
  int swap(int a, int b) {
    int[] content = contents[a];
    contents[a] = contents[b];
    contents[b] = content;
    Row user = users[a];
    users[a] = users[b];
    users[b] = user;
    long last = used[a];
    used[a] = used[b];
    used[b] = last;
    for (int slot : new int[] {a, b}) {
      Row moved = users[slot];
      if (moved != null) {
        moved.place(slot);
      }
    }
    return Math.max(contents[a].length, contents[b].length);
  }

  /** The content of a slot in use, as far as it is known to be right. */
  void note(int slot, int[] content) {
    contents[slot] = content;
  }
}
