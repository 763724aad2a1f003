package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VoronoiTest {

  private static List<Axis> square(double low, double high) {
    return List.of(Axis.of("a", low, high, 1), Axis.of("b", low, high, 1));
  }

  private static double noise(long index) {
    long z = (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }

  @Test
  void aPointBelongsToTheNearestCentroid() {
    Voronoi quarters =
        new Voronoi(
            square(-1, 1),
            List.of(
                new double[] {0.5, 0.5},
                new double[] {-0.5, 0.5},
                new double[] {-0.5, -0.5},
                new double[] {0.5, -0.5}));
    assertThat(quarters.cells()).isEqualTo(4);
    assertThat(quarters.cell(0.25, 0.25)).isZero();
    assertThat(quarters.cell(-7, -0.1)).isEqualTo(2);
    assertThat(quarters.cell(0, 0)).as("the first of equally near ones").isZero();
    assertThat(quarters.cell(0, -0.5)).isEqualTo(2);
    assertThat(quarters.centroid(3)).containsExactly(0.5, -0.5);
  }

  @Test
  void axesWeighAlikeWhateverTheirRange() {
    Voronoi cells =
        new Voronoi(
            List.of(Axis.of("a", 0, 1, 1), Axis.of("b", 0, 0.01, 1)),
            List.of(new double[] {0.5, 0.0}, new double[] {0.9, 0.01}));
    assertThat(cells.cell(0.5, 0.009)).isEqualTo(1);
  }

  @Test
  void theTreeFindsWhatComparingWithAllFinds() {
    for (int dimensions = 1; dimensions <= 5; dimensions++) {
      for (int count : new int[] {1, 2, 8, 9, 100, 333}) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          points.add(point(i, dimensions, 12)); // a coarse lattice, for many ties
        }
        NearestPoint nearest = NearestPoint.of(points);
        for (int q = 0; q < 200; q++) {
          double[] query = point(10_000 + q, dimensions, q % 2 == 0 ? 24 : 1 << 20);
          int expected = 0;
          for (int i = 1; i < count; i++) {
            if (Scale.squaredDistance(points.get(i), query)
                < Scale.squaredDistance(points.get(expected), query)) {
              expected = i;
            }
          }
          assertThat(nearest.index(query)).isEqualTo(expected);
        }
      }
    }
  }

  private static double[] point(int number, int dimensions, int steps) {
    return IntStream.range(0, dimensions)
        .mapToDouble(d -> Math.floor(noise(number * 7L + d) * steps) / steps)
        .toArray();
  }

  @Test
  void agreesWithTheRecordedCells() throws Exception {
    JsonNode expected = Oracle.json("cvt/expected.json");
    for (String set : List.of("r2", "r3", "lattice")) {
      double[] index = Oracle.tensor("cvt/centroids.safetensors", set + ".index");
      double[] objective = Oracle.tensor("cvt/centroids.safetensors", set + ".objective");
      int dimensions = set.equals("r3") ? 3 : 2;
      List<double[]> points = rows(set + ".points", dimensions);
      List<Axis> axes =
          IntStream.range(0, dimensions).mapToObj(a -> Axis.of("axis " + a, -1, 1, 1)).toList();
      Archive archive =
          Archive.of(0, "objective", new Voronoi(axes, rows(set + ".centroids", dimensions)));
      for (int i = 0; i < objective.length; i++) {
        List<Double> scores = new ArrayList<>(List.of(objective[i]));
        Arrays.stream(points.get(i)).forEach(scores::add);
        assertThat(archive.add(new Elite(i, scores)).cell()).isEqualTo((int) index[i]);
      }
      assertThat(archive.contents())
          .map(cell -> List.of(cell.index(), cell.elite().candidate()))
          .isEqualTo(
              expected
                  .get(set)
                  .get("elites")
                  .valueStream()
                  .map(e -> List.of(e.get(0).asInt(), e.get(1).asInt()))
                  .toList());
      double qdScore = expected.get(set).get("stats").get("qd_score").asDouble();
      assertThat(archive.metrics().qdScore()).isCloseTo(qdScore, within(1e-9 * qdScore));
    }
  }

  private static List<double[]> rows(String tensor, int columns) throws Exception {
    double[] values = Oracle.tensor("cvt/centroids.safetensors", tensor);
    return IntStream.range(0, values.length / columns)
        .mapToObj(row -> Arrays.copyOfRange(values, row * columns, (row + 1) * columns))
        .toList();
  }

  @Test
  void centroidsSpreadEvenly() {
    List<Axis> axes = List.of(Axis.of("a", 0.25, 0.75, 1), Axis.of("b", 0, 0.5, 1));
    Voronoi cells = new CvtRule(16, 4000, 100).over(axes, VoronoiTest::noise);
    assertThat(cells).isEqualTo(new CvtRule(16, 4000, 100).over(axes, VoronoiTest::noise));
    assertThat(cells).isNotEqualTo(new CvtRule(16, 4000, 100).over(axes, i -> noise(i + 1)));
    int[] hits = new int[16];
    for (int i = 0; i < 16_000; i++) {
      hits[cells.cell(0.25 + 0.5 * noise(-1 - 2 * i), 0.5 * noise(-2 - 2 * i))]++;
    }
    assertThat(Arrays.stream(hits).min().orElseThrow()).isGreaterThan(600);
    assertThat(Arrays.stream(hits).max().orElseThrow()).isLessThan(1500);
  }

  @Test
  void centroidsOfGivenPointsAreTheirClusters() {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      points.add(new double[] {(i % 3) * 0.4 + 0.01 * noise(i), 0.01 * noise(100 + i)});
    }
    Voronoi cells = new CvtRule(3, 3, 100).over(square(0, 1), points, VoronoiTest::noise);
    double[] first =
        IntStream.range(0, 3).mapToDouble(c -> cells.centroid(c)[0]).sorted().toArray();
    for (int c = 0; c < 3; c++) {
      int cluster = c;
      double mean =
          IntStream.range(0, 90)
              .filter(i -> i % 3 == cluster)
              .mapToDouble(i -> points.get(i)[0])
              .average()
              .orElseThrow();
      assertThat(first[c]).isCloseTo(mean, within(1e-12));
    }
  }

  @Test
  void oneAxisIsCutIntoEqualParts() {
    Voronoi cells = CvtRule.of(4).over(List.of(Axis.of("a", 0, 1, 1)), VoronoiTest::noise);
    double[] centroids =
        IntStream.range(0, 4).mapToDouble(c -> cells.centroid(c)[0]).sorted().toArray();
    for (int c = 0; c < 4; c++) {
      assertThat(centroids[c]).isCloseTo(0.125 + 0.25 * c, within(0.02));
    }
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new CvtRule(3, 3, 1)
                .over(
                    square(0, 1),
                    List.of(new double[] {0, 0}, new double[] {1, 1}, new double[] {0, 0}),
                    VoronoiTest::noise))
        .withMessage("k-means: found 2 different points, expected at least the 3 centroids");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CvtRule(1, 10, 1))
        .withMessageContaining("found 1 cells, 10 samples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Voronoi(square(0, 1), List.of()))
        .withMessageContaining("2 axes and 0 centroids");
    Voronoi one = new Voronoi(square(0, 1), List.of(new double[] {0.5, 0.5}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.cell(0.5))
        .withMessage("found 1 scores, expected one for each of 2 axes");
    assertThatIllegalArgumentException().isThrownBy(() -> one.cell(0.5, Double.NaN));
    assertThat(one).hasToString("Voronoi[" + square(0, 1) + ", 1 centroids]");
    assertThat(one.hashCode())
        .isEqualTo(new Voronoi(square(0, 1), List.of(new double[] {0.5, 0.5})).hashCode());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ArchiveForm(CvtRule.of(9), new AddRule.DominatedNovelty(9, 3)))
        .withMessageContaining("has no cells");
  }

  @Test
  void theFormOfARunGivesEveryTaskItsPlaces() {
    List<Axis> axes = List.of(Axis.of("a", 0, 1, 3), Axis.of("b", 0, 1, 3), Axis.of("c", 0, 1, 3));
    assertThat(ArchiveForm.GRID.layouts(axes, task -> VoronoiTest::noise))
        .containsExactly(
            new Grid(List.of(axes.get(1), axes.get(2))),
            new Grid(List.of(axes.get(0), axes.get(2))),
            new Grid(List.of(axes.get(0), axes.get(1))));
    ArchiveForm cvt = new ArchiveForm(new CvtRule(5, 100, 10), new AddRule.Strict());
    assertThat(cvt.layouts(axes, task -> i -> noise(i + task.hashCode())))
        .allSatisfy(layout -> assertThat(layout.cells()).isEqualTo(5))
        .doesNotHaveDuplicates();
    assertThat(
            new ArchiveForm(null, new AddRule.DominatedNovelty(7, 3))
                .layouts(axes, task -> VoronoiTest::noise)
                .getFirst())
        .isEqualTo(new Places(axes.subList(1, 3), 7));
  }
}
