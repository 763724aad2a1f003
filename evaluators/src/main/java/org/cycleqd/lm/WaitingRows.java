package org.cycleqd.lm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Sequences that have not begun. Safe for use by several threads. */
final class WaitingRows {

  /** Tokens of one pass: few enough for a layer's activations to stay in the cache. */
  private static final int TILE = 2048;

  /** Shorter common starts are computed again. */
  private static final int SHARED = 16;

  private final Deque<Row> rows = new ArrayDeque<>();

  /** A row with the tokens that have to be computed for it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Start(Row row, int[] text, int cached) {
    int fresh() {
      return text.length - cached;
    }
  }

  synchronized void add(Row row) {
    rows.add(row);
  }

  synchronized int size() {
    return rows.size();
  }

  synchronized void dropCancelled() {
    rows.removeIf(Row::isCancelled);
  }

  /** Takes all. */
  synchronized List<Row> clear() {
    List<Row> all = List.copyOf(rows);
    rows.clear();
    return all;
  }

  /**
   * Takes the rows of the next pass and places them in the cache. One that starts like another of
   * them waits for a later pass, in which it finds that start in the cache.
   */
  synchronized List<Start> take(KeyValueCache cache) {
    List<Start> starts = new ArrayList<>();
    int tokens = 0;
    Iterator<Row> remaining = rows.iterator();
    while (remaining.hasNext() && cache.slots().free() > 0) {
      Row row = remaining.next();
      int[] text = row.text();
      Slots.Match match = cache.slots().longest(text);
      int common = Math.min(match.length(), row.promptLength() - 1);
      int cached = common < SHARED ? 0 : common;
      if (!starts.isEmpty() && tokens + text.length - cached > TILE) {
        break;
      }
      if (awaits(starts, row, text, cached)) {
        continue;
      }
      remaining.remove();
      tokens += text.length - cached;
      cache.place(row, text, match.slot(), cached);
      starts.add(new Start(row, text, cached));
    }
    return starts;
  }

  private static boolean awaits(List<Start> starts, Row row, int[] text, int cached) {
    for (Start start : starts) {
      int common = Math.min(Slots.common(start.text(), text), row.promptLength() - 1);
      if (common >= cached + SHARED) {
        return true;
      }
    }
    return false;
  }
}
