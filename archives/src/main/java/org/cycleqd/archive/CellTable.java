package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The occupied cells of an archive: a hash table with open addressing, so nothing is boxed. */
final class CellTable {

  private static final int SMALLEST = 64;
  private static final int SPREAD = 0x9E3779B9;

  /** Cell numbers plus one; zero is a free slot. */
  private int[] keys = new int[SMALLEST];

  private @Nullable Elite[] elites = new Elite[SMALLEST];
  private double[] thresholds = new double[SMALLEST];
  private int size;
  private @Nullable List<ArchiveSnapshot.Cell> sorted;

  /** The slot of a cell, to be read at once; negative if the cell is free. */
  int slot(int cell) {
    int slot = probe(keys, cell + 1);
    return keys[slot] == 0 ? -1 : slot;
  }

  double threshold(int slot) {
    return thresholds[slot];
  }

  /** Fills a cell or replaces who lives there. */
  void put(int cell, Elite elite, double threshold) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = probe(keys, cell + 1);
    if (keys[slot] == 0) {
      keys[slot] = cell + 1;
      size++;
    }
    elites[slot] = elite;
    thresholds[slot] = threshold;
    sorted = null;
  }

  /** The same content, which later changes of this table leave alone. */
  CellTable copy() {
    CellTable copy = new CellTable();
    copy.keys = keys.clone();
    copy.elites = elites.clone();
    copy.thresholds = thresholds.clone();
    copy.size = size;
    copy.sorted = sorted;
    return copy;
  }

  Optional<Elite> elite(int cell) {
    return Optional.ofNullable(elites[probe(keys, cell + 1)]);
  }

  /** The occupied cells by rising number. */
  List<ArchiveSnapshot.Cell> sorted() {
    List<ArchiveSnapshot.Cell> known = sorted;
    if (known == null) {
      int[] occupied = Arrays.stream(keys).filter(key -> key != 0).sorted().toArray();
      List<ArchiveSnapshot.Cell> cells = new ArrayList<>(occupied.length);
      for (int key : occupied) {
        elite(key - 1).ifPresent(elite -> cells.add(new ArchiveSnapshot.Cell(key - 1, elite)));
      }
      known = List.copyOf(cells);
      sorted = known;
    }
    return known;
  }

  /** The slot that holds a key, or the free one where it belongs. */
  private static int probe(int[] keys, int key) {
    int mask = keys.length - 1;
    int slot = (key * SPREAD) >>> Integer.numberOfLeadingZeros(mask);
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] oldKeys = keys;
    @Nullable Elite[] oldElites = elites;
    double[] oldThresholds = thresholds;
    keys = new int[2 * oldKeys.length];
    elites = new Elite[keys.length];
    thresholds = new double[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = probe(keys, oldKeys[i]);
        keys[slot] = oldKeys[i];
        elites[slot] = oldElites[i];
        thresholds[slot] = oldThresholds[i];
      }
    }
  }
}
