package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One elite per cell. A cell takes what is strictly better than its threshold; without a minimum
 * the threshold is the elite's quality.
 */
final class CellArchive implements Archive {

  private final Quality quality;
  private final Tessellation layout;
  private final double learningRate;
  private final double minimum;
  private final double level;
  private CellTable table = new CellTable();
  private double peak = Double.NaN;

  /** With {@code minimum} minus infinity an empty cell takes all, and their value is quality. */
  CellArchive(Quality quality, Tessellation layout, double learningRate, double minimum) {
    this(quality, layout, learningRate, minimum, 1);
  }

  /** With a level below 1 an elite is replaced only by what is better with confidence. */
  CellArchive(
      Quality quality, Tessellation layout, double learningRate, double minimum, double level) {
    this.quality = quality;
    this.layout = layout;
    this.learningRate = learningRate;
    this.minimum = minimum;
    this.level = level;
  }

  private boolean strict() {
    return minimum == Double.NEGATIVE_INFINITY;
  }

  @Override
  public AddOutcome add(Elite candidate) {
    int cell = layout.cell(quality.characteristics(candidate.scores()));
    double score = quality.of(candidate);
    AddOutcome outcome = judge(cell, candidate);
    if (outcome.taken()) {
      put(cell, candidate, 1, score);
    }
    return outcome;
  }

  @Override
  public List<AddOutcome> addBatch(List<Elite> candidates) {
    List<AddOutcome> outcomes = new ArrayList<>(candidates.size());
    for (Elite candidate : candidates) {
      int cell = layout.cell(quality.characteristics(candidate.scores()));
      outcomes.add(judge(cell, candidate));
    }
    if (strict()) {
      takeBest(candidates, outcomes);
    } else {
      takeMeans(candidates, outcomes);
    }
    return List.copyOf(outcomes);
  }

  private AddOutcome judge(int cell, Elite candidate) {
    double score = quality.of(candidate);
    int slot = table.slot(cell);
    double threshold = slot < 0 ? minimum : table.threshold(slot);
    if (score > threshold && convinces(candidate, cell)) {
      return slot >= 0
          ? new AddOutcome(AddOutcome.Status.IMPROVED, cell, score - threshold)
          : new AddOutcome(AddOutcome.Status.NEW, cell, strict() ? score : score - minimum);
    }
    return new AddOutcome(AddOutcome.Status.REJECTED, cell, score - threshold);
  }

  private boolean convinces(Elite candidate, int cell) {
    return level == 1
        || table
            .elite(cell)
            .map(incumbent ->
                SignTest.probability(quality.items(candidate), quality.items(incumbent)) <= level)
            .orElse(true);
  }

  /** Fills a cell after {@code count} accepted candidates of the mean quality {@code mean}. */
  private void put(int cell, Elite elite, int count, double mean) {
    double threshold = mean;
    if (!strict()) {
      int slot = table.slot(cell);
      double kept = StrictMath.pow(1 - learningRate, count);
      double before = slot < 0 ? minimum : table.threshold(slot);
      // What is accepted is better, so a threshold never falls, not even by rounding.
      threshold = Math.max(before, kept * before + (1 - kept) * mean);
    }
    table.put(cell, elite, threshold);
    peak = quality.of(elite) <= peak ? peak : quality.of(elite);
  }

  private void takeBest(List<Elite> candidates, List<AddOutcome> outcomes) {
    for (int i = 0; i < candidates.size(); i++) {
      AddOutcome outcome = outcomes.get(i);
      if (outcome.taken()) {
        Elite candidate = candidates.get(i);
        double score = quality.of(candidate);
        int slot = table.slot(outcome.cell());
        if (slot < 0 || (score > table.threshold(slot) && convinces(candidate, outcome.cell()))) {
          put(outcome.cell(), candidate, 1, score);
        }
      }
    }
  }

  /** What a batch brings to one cell. */
  private record Accepted(Elite best, int count, double sum) {}

  private void takeMeans(List<Elite> candidates, List<AddOutcome> outcomes) {
    Map<Integer, Accepted> byCell = new LinkedHashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      if (outcomes.get(i).taken()) {
        Accepted one = new Accepted(candidates.get(i), 1, quality.of(candidates.get(i)));
        byCell.merge(outcomes.get(i).cell(), one, this::both);
      }
    }
    byCell.forEach((cell, accepted) ->
        put(cell, accepted.best(), accepted.count(), accepted.sum() / accepted.count()));
  }

  private Accepted both(Accepted earlier, Accepted later) {
    boolean better = quality.of(later.best()) > quality.of(earlier.best());
    return new Accepted(
        better ? later.best() : earlier.best(),
        earlier.count() + later.count(),
        earlier.sum() + later.sum());
  }

  @Override
  public void restore(Archive other) {
    if (!(other instanceof CellArchive cells)) {
      throw new IllegalArgumentException(
          "archive %s: expected one with cells".formatted(taskName()));
    }
    table = cells.table.copy();
    peak = cells.peak;
  }

  /** What a candidate of this cell must be better than. */
  double threshold(int cell) {
    int slot = table.slot(cell);
    return slot < 0 ? minimum : table.threshold(slot);
  }

  @Override
  public Optional<Bar> bar() {
    return Optional.of(new Bar(quality, layout, table.copy(), minimum));
  }

  @Override
  public int task() {
    return quality.task();
  }

  @Override
  public String taskName() {
    return quality.name();
  }

  @Override
  public CellLayout layout() {
    return layout;
  }

  @Override
  public List<ArchiveSnapshot.Cell> contents() {
    return table.sorted();
  }

  @Override
  public Optional<Elite> elite(int cell) {
    return table.elite(cell);
  }

  @Override
  public double peak() {
    return peak;
  }
}
