package org.cycleqd.archive;

import java.util.List;

/**
 * How good an archive is.
 *
 * @param elites number of occupied cells
 * @param cells number of cells
 * @param offset what was subtracted from each quality in the QD score
 * @param qdScore sum over the elites of quality minus offset
 * @param best highest quality; NaN while the archive is empty
 * @param mean mean quality of the elites; NaN while the archive is empty
 */
public record Metrics(
    int elites, int cells, double offset, double qdScore, double best, double mean) {

  static Metrics of(double[] qualities, int cells, double offset) {
    double sum = 0;
    double qdScore = 0;
    double best = Double.NaN;
    for (double quality : qualities) {
      sum += quality;
      qdScore += quality - offset;
      best = quality <= best ? best : quality;
    }
    int elites = qualities.length;
    return new Metrics(
        elites, cells, offset, qdScore, best, elites == 0 ? Double.NaN : sum / elites);
  }

  /**
   * Several archives seen as one.
   *
   * @throws IllegalArgumentException if there is none, or their offsets differ
   */
  public static Metrics together(List<Metrics> archives) {
    int elites = 0;
    int cells = 0;
    double qdScore = 0;
    double sum = 0;
    double best = Double.NaN;
    double offset = archives.isEmpty() ? Double.NaN : archives.getFirst().offset();
    for (Metrics archive : archives) {
      if (archive.offset() != offset) {
        throw new IllegalArgumentException(
            "offset: found %s, expected %s as before".formatted(archive.offset(), offset));
      }
      elites += archive.elites();
      cells = Math.addExact(cells, archive.cells());
      qdScore += archive.qdScore();
      if (archive.elites() > 0) {
        sum += archive.mean() * archive.elites();
        best = archive.best() <= best ? best : archive.best();
      }
    }
    if (archives.isEmpty()) {
      throw new IllegalArgumentException("found no archive, expected at least one");
    }
    return new Metrics(
        elites, cells, offset, qdScore, best, elites == 0 ? Double.NaN : sum / elites);
  }

  /** Share of occupied cells, in [0, 1]. */
  public double coverage() {
    return (double) elites / cells;
  }

  /** The QD score divided by the number of cells, comparable between grids. */
  public double normalisedQdScore() {
    return qdScore / cells;
  }
}
