package org.cycleqd.cli;

import java.util.Locale;
import org.cycleqd.tensor.ByteSize;

/** What a progress line counts, and how amounts and rates of it read. */
enum ProgressUnit {
  /** Pieces of work of any kind: {@code 50/200}, {@code 2.5/s}. */
  STEPS {
    @Override
    String amount(long done, long total) {
      return done + "/" + total;
    }

    @Override
    String rate(double perSecond) {
      return perSecond >= 1
          ? String.format(Locale.ROOT, "%.1f/s", perSecond)
          : String.format(Locale.ROOT, "%.1f s each", 1 / perSecond);
    }
  },

  /** Bytes: {@code 3.2/16.1 GB}, {@code 1.45 GB/s}. */
  BYTES {
    @Override
    String amount(long done, long total) {
      return ByteSize.ofPair(done, total);
    }

    @Override
    String rate(double perSecond) {
      return ByteSize.of(perSecond) + "/s";
    }
  };

  abstract String amount(long done, long total);

  abstract String rate(double perSecond);
}
