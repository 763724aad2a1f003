package org.cycleqd.archive;

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

  /** Share of occupied cells, in [0, 1]. */
  public double coverage() {
    return (double) elites / cells;
  }

  /** The QD score divided by the number of cells, comparable between grids. */
  public double normalisedQdScore() {
    return qdScore / cells;
  }
}
