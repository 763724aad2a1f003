package org.cycleqd.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.Archive;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.Grid;
import org.cycleqd.archive.Voronoi;
import org.cycleqd.random.Draws;

/**
 * How fast archives take candidates: 10,000 of normal quality, uniform in two behaviour
 * characteristics, into an empty archive. Every case runs until it is compiled and then {@code
 * repetitions} times; medians count.
 *
 * @param repetitions of each measurement
 */
public record ArchiveBenchmark(int repetitions) {

  private static final int CANDIDATES = 10_000;
  private static final int BATCH = 100;
  private static final int SIDE = 64;
  private static final int CENTROIDS = 1000;
  private static final long WARM_UP_NANOS = 1_500_000_000L;
  private static final double NANOS = 1e9;

  /**
   * The figures of one case.
   *
   * @param name what was done with 10,000 candidates
   * @param seconds median time for all of them
   * @param limit what it should take at most, in seconds
   */
  public record Row(String name, double seconds, double limit) {}

  /** Measures for about two seconds a case. */
  public List<Row> measure() {
    List<Axis> axes = List.of(Axis.of("first", -1, 1, SIDE), Axis.of("second", -1, 1, SIDE));
    List<Elite> candidates = candidates();
    Grid grid = new Grid(axes);
    Voronoi cvt = CvtRule.of(CENTROIDS).over(axes, Draws.at(1, "centroids")::uniform);
    Supplier<Archive> strict = () -> Archive.of(0, "quality", grid);
    Supplier<Archive> soft = () -> Archive.of(0, "quality", grid, new AddRule.Soft(0.1, -5));
    Supplier<Archive> centroids = () -> Archive.of(0, "quality", cvt);
    Consumer<Archive> batch = archive -> archive.addBatch(candidates);
    Consumer<Archive> hundreds =
        archive -> {
          for (int from = 0; from < CANDIDATES; from += BATCH) {
            archive.addBatch(candidates.subList(from, from + BATCH));
          }
        };
    Consumer<Archive> singles = archive -> candidates.forEach(archive::add);
    return List.of(
        new Row("grid 64 x 64, one batch", median(strict, batch), 1e-3),
        new Row("grid 64 x 64, batches of 100", median(strict, hundreds), 1e-3),
        new Row("grid 64 x 64, one by one", median(strict, singles), CANDIDATES * 1e-6),
        new Row("soft 64 x 64, one batch", median(soft, batch), 2e-3),
        new Row("cvt of 1000 cells, one batch", median(centroids, batch), 10e-3),
        new Row("cvt of 1000 cells, one by one", median(centroids, singles), 10e-3));
  }

  private static List<Elite> candidates() {
    Draws quality = Draws.at(42, "quality");
    Draws place = Draws.at(42, "place");
    List<Elite> candidates = new ArrayList<>();
    for (int i = 0; i < CANDIDATES; i++) {
      candidates.add(
          new Elite(
              i,
              List.of(
                  quality.gaussian(i),
                  2 * place.uniform(2L * i) - 1,
                  2 * place.uniform(2L * i + 1) - 1)));
    }
    return candidates;
  }

  private double median(Supplier<Archive> empty, Consumer<Archive> work) {
    long end = System.nanoTime() + WARM_UP_NANOS;
    while (System.nanoTime() < end) {
      once(empty, work);
    }
    double[] seconds = new double[repetitions];
    Arrays.setAll(seconds, i -> once(empty, work));
    Arrays.sort(seconds);
    return seconds[repetitions / 2];
  }

  private static double once(Supplier<Archive> empty, Consumer<Archive> work) {
    Archive archive = empty.get();
    long start = System.nanoTime();
    work.accept(archive);
    double seconds = (System.nanoTime() - start) / NANOS;
    if (archive.elites().isEmpty()) {
      throw new AssertionError("an archive took nothing");
    }
    return seconds;
  }
}
