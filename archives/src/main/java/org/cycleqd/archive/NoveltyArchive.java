package org.cycleqd.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The candidates of highest dominated novelty; see {@link AddRule.DominatedNovelty}. */
final class NoveltyArchive implements Archive {

  private final Quality quality;
  private final Places layout;
  private final Scale scale;
  private final DominatedNoveltyScore score;
  private final List<Elite> elites = new ArrayList<>();

  NoveltyArchive(Quality quality, Places layout, AddRule.DominatedNovelty rule) {
    if (layout.cells() != rule.capacity()) {
      throw new IllegalArgumentException(
          "found %d places, expected the capacity %d".formatted(layout.cells(), rule.capacity()));
    }
    this.quality = quality;
    this.layout = layout;
    this.scale = Scale.of(layout.axes());
    this.score = new DominatedNoveltyScore(rule.neighbours());
  }

  @Override
  public AddOutcome add(Elite candidate) {
    double own = quality.of(candidate);
    quality.characteristics(candidate.scores()); // refuses wrong scores before anything changes
    if (elites.size() < layout.cells()) {
      elites.add(candidate);
      return new AddOutcome(AddOutcome.Status.NEW, elites.size() - 1, own);
    }
    List<Elite> all = new ArrayList<>(elites);
    all.add(candidate);
    double[][] points =
        all.stream()
            .map(elite -> scale.apply(quality.characteristics(elite.scores())))
            .toArray(double[][]::new);
    double[] qualities = all.stream().mapToDouble(quality::of).toArray();
    double[] scores = score.of(points, qualities);
    int leaving = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] < scores[leaving]
          || (scores[i] == scores[leaving]
              && all.get(i).candidate() > all.get(leaving).candidate())) {
        leaving = i;
      }
    }
    if (leaving == elites.size()) {
      // It has a finite score, so there is someone at least as good.
      int near = nearestAsGood(points, qualities);
      return new AddOutcome(AddOutcome.Status.REJECTED, near, own - qualities[near]);
    }
    elites.set(leaving, candidate);
    return new AddOutcome(AddOutcome.Status.IMPROVED, leaving, own - qualities[leaving]);
  }

  @Override
  public void restore(Archive other) {
    if (!(other instanceof NoveltyArchive places)) {
      throw new IllegalArgumentException(
          "archive %s: expected one without cells".formatted(taskName()));
    }
    List<Elite> content = List.copyOf(places.elites);
    elites.clear();
    elites.addAll(content);
  }

  private static int nearestAsGood(double[][] points, double[] qualities) {
    int last = points.length - 1;
    int near = -1;
    for (int i = 0; i < last; i++) {
      if (qualities[i] >= qualities[last]
          && (near < 0
              || Scale.squaredDistance(points[i], points[last])
                  < Scale.squaredDistance(points[near], points[last]))) {
        near = i;
      }
    }
    return near;
  }

  @Override
  public List<AddOutcome> addBatch(List<Elite> candidates) {
    candidates.forEach(candidate -> quality.characteristics(candidate.scores()));
    return candidates.stream().map(this::add).toList();
  }

  @Override
  public Optional<Bar> bar() {
    return Optional.empty();
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
    return IntStream.range(0, elites.size())
        .mapToObj(place -> new ArchiveSnapshot.Cell(place, elites.get(place)))
        .toList();
  }

  @Override
  public Optional<Elite> elite(int cell) {
    return cell >= 0 && cell < elites.size() ? Optional.of(elites.get(cell)) : Optional.empty();
  }

  /** The best never leaves: nobody at least as good means an infinite score. */
  @Override
  public double peak() {
    return elites.stream().mapToDouble(quality::of).max().orElse(Double.NaN);
  }
}
