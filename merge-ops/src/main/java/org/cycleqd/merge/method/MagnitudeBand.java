package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Selection;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.merge.stream.Trim;

/**
 * Keeps a band of magnitudes of each task vector: the largest {@code int(density n)} elements
 * (TIES, arXiv 2306.01708), or those below the largest {@code int(gamma n)} (breadcrumbs, arXiv
 * 2312.06795). Of elements of the same magnitude those that come first count as larger.
 *
 * @param outliers whether the largest are dropped
 */
record MagnitudeBand(MergeKernel kernel, boolean outliers) implements Sparsifier {

  @Override
  public List<Parameter> parameters() {
    return outliers ? List.of(Parameter.number("gamma", 0.01).within(0, 1)) : List.of();
  }

  @Override
  public Sparsified prepare(TensorTask task, Tiles tiles) throws IOException {
    List<List<Long>> ranks = new ArrayList<>();
    for (int k = 0; k < task.sources().size(); k++) {
      ranks.add(ranks(task, k));
    }
    return new Kept(kernel, Selection.ofDeltas(kernel, tiles, task).cuts(ranks));
  }

  /** What the cuts say, for each model one that keeps and possibly one that drops. */
  private record Kept(MergeKernel kernel, List<List<Selection.Found>> cuts) implements Sparsified {

    @Override
    public TileStep step() {
      return new Trim(
          kernel,
          tile -> Combination.deltas(kernel, tile),
          cuts.stream()
              .map(of ->
                  new Trim.Band(
                      of.getFirst().cut(),
                      of.stream().skip(1).findFirst().map(Selection.Found::cut)))
              .toList());
    }

    @Override
    public Optional<FusedStep> elect(
        TileStep tiled, float[] factors, float[] weights, Election election) {
      List<Selection.Found> kept = cuts.stream().map(List::getFirst).toList();
      boolean plain = cuts.stream().allMatch(of -> of.size() == 1);
      for (float factor : factors) {
        plain &= factor == 1;
      }
      return plain && TrimmedElection.fits(kept)
          ? Optional.of(new TrimmedElection(kernel, tiled, kept, weights, election))
          : Optional.empty();
    }
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    int ranks = task.sources().size() * (outliers ? 2 : 1);
    return ranks * Selection.workingBytes(task.output().elements(), threads);
  }

  /** How many of the largest may stay, and how many of these may not. */
  private List<Long> ranks(TensorTask task, int source) {
    long n = task.output().elements();
    double density = task.numbers("density")[source];
    if (density >= 1) {
      return List.of(n);
    }
    long kept = (long) (density * n);
    if (!outliers) {
      return List.of(kept);
    }
    long dropped = (long) (task.numbers("gamma")[source] * n);
    if (dropped == 0 && task.compatible()) {
      return List.of(0L); // an empty slice of the sorted elements in mergekit
    }
    dropped = Math.min(dropped, n - kept);
    return List.of(dropped + kept, dropped);
  }
}
