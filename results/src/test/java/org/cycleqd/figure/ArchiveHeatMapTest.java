package org.cycleqd.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.Archive;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.Range;
import org.cycleqd.archive.Voronoi;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveHeatMapTest {

  private static final List<String> TASKS = List.of("coding", "database", "os");

  private static ArchiveSnapshot database(Elite... elites) {
    ArchiveCycle cycle =
        ArchiveCycle.of(
            List.of(
                Axis.of("coding", 0, 1, 10),
                Axis.of("database", 0, 1, 10),
                Axis.of("os", 0, 1, 5)));
    List.of(elites).forEach(cycle::offer);
    return cycle.archives().get(1).snapshot();
  }

  @Test
  void coloursCellsByQualityAndLeavesTheOthersGrey() throws IOException {
    // The better elite carries the star, so the colour is read off the other one.
    ArchiveSnapshot archive =
        database(new Elite(0, List.of(0.75, 0.5, 0.3)), new Elite(1, List.of(0.15, 0.9, 0.9)));
    Figure figure = ArchiveHeatMap.of(archive, TASKS, List.of(), new Range(0.25, 0.75));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(figure.png()));

    assertThat(pixel(figure, image, 0.75, 0.3)).isEqualTo(ColorMap.color(0.5));
    assertThat(pixel(figure, image, 0.45, 0.3)).isEqualTo(Theme.EMPTY);
    assertThat(pixel(figure, image, 0.75, 0.7)).isEqualTo(Theme.EMPTY);
    assertThat(pixel(figure, image, 0.15, 0.9)).isEqualTo(Theme.HIGHLIGHT);
    assertThat(new Color(image.getRGB(0, 0))).isEqualTo(Color.WHITE);
  }

  @Test
  void projectsMoreThanTwoAxesToTheBestOfTheHiddenOnes() throws IOException {
    ArchiveCycle cycle =
        ArchiveCycle.of(
            List.of(
                Axis.of("a", 0, 1, 4),
                Axis.of("b", 0, 1, 4),
                Axis.of("c", 0, 1, 4),
                Axis.of("d", 0, 1, 4)));
    cycle.offer(new Elite(0, List.of(0.2, 0.1, 0.1, 0.1)));
    cycle.offer(new Elite(1, List.of(0.6, 0.1, 0.1, 0.9)));
    cycle.offer(new Elite(2, List.of(0.8, 0.9, 0.9, 0.4)));
    ArchiveSnapshot archive = cycle.archives().getFirst().snapshot();
    Figure figure =
        ArchiveHeatMap.of(archive, List.of("a", "b", "c", "d"), List.of(), new Range(0, 1));

    assertThat(figure.panels()).hasSize(3);
    // Cell (b, c) = (first, first) holds 0.2 and 0.6, apart only along d.
    assertThat(pixel(figure, figure.image(), 0.1, 0.1)).isEqualTo(ColorMap.color(0.6));
  }

  @Test
  void drawsBarsForOneAxis() {
    ArchiveCycle cycle = ArchiveCycle.of(List.of(Axis.of("a", 0, 1, 4), Axis.of("b", 0, 1, 4)));
    cycle.offer(new Elite(0, List.of(0.4, 0.1)));
    cycle.offer(new Elite(1, List.of(0.8, 0.6)));
    Figure figure =
        ArchiveHeatMap.of(
            cycle.archives().getFirst().snapshot(), List.of("a", "b"), List.of(), new Range(0, 1));

    assertThat(pixel(figure, figure.image(), 0.125, 0.2)).isEqualTo(ColorMap.color(0.4));
    assertThat(pixel(figure, figure.image(), 0.125, 0.6)).isEqualTo(Theme.PAPER);
    assertThat(pixel(figure, figure.image(), 0.375, 0.2)).isEqualTo(Theme.EMPTY);
  }

  @Test
  void drawsCellsAroundCentroidsWithTheirBorders() {
    List<Axis> axes = List.of(Axis.of("a", 0, 1, 1), Axis.of("b", 0, 1, 1), Axis.of("c", 0, 1, 1));
    Voronoi cells =
        new Voronoi(
            axes.subList(1, 3),
            List.of(new double[] {0.25, 0.25}, new double[] {0.75, 0.75}, new double[] {0.1, 0.9}));
    Archive archive = Archive.of(0, "a", cells);
    archive.add(new Elite(0, List.of(0.4, 0.1, 0.1)));
    archive.add(new Elite(1, List.of(0.8, 0.95, 0.95)));
    Figure figure =
        ArchiveHeatMap.of(archive.snapshot(), List.of("a", "b", "c"), List.of(), new Range(0, 1));
    BufferedImage image = figure.image();
    assertThat(pixel(figure, image, 0.45, 0.45)).isEqualTo(ColorMap.color(0.4));
    assertThat(pixel(figure, image, 0.55, 0.55)).isEqualTo(ColorMap.color(0.8));
    assertThat(pixel(figure, image, 0.5, 0.5)).isEqualTo(Theme.PAPER);
    assertThat(pixel(figure, image, 0.1, 0.8)).isEqualTo(Theme.EMPTY);
    assertThat(figure.description()).contains("2 of 3 cells");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void drawsArchivesOfAllKinds(int tasks) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "figures"));
    Map<String, ArchiveForm> forms =
        Map.of(
            "cvt", new ArchiveForm(new CvtRule(100, 5000, 50), new AddRule.Strict()),
            "novelty", new ArchiveForm(null, new AddRule.DominatedNovelty(60, 3)));
    for (Map.Entry<String, ArchiveForm> form : forms.entrySet()) {
      ArchiveView archive = SampleArchives.cycle(tasks, 500, form.getValue()).archives().getFirst();
      Figure figure =
          ArchiveHeatMap.of(
              archive.snapshot(), SampleArchives.names(tasks), SampleArchives.seeds(tasks));
      assertThat(figure.panels()).hasSize(tasks == 4 ? 3 : 1);
      assertThat(figure.svg()).contains("Archive of coding: quality = coding score<");
      figure.writePng(folder.resolve("%s-of-%d-tasks.png".formatted(form.getKey(), tasks)));
      assertThat(folder.resolve("%s-of-%d-tasks.png".formatted(form.getKey(), tasks)))
          .isNotEmptyFile();
    }
  }

  @Test
  void aCellOutsideTheRangesHasNoOutline() {
    Voronoi cells =
        new Voronoi(
            List.of(Axis.of("b", 0, 1, 1), Axis.of("c", 0, 2, 1)),
            List.of(new double[] {0.5, 1}, new double[] {9, 1}, new double[] {0.5, -0.5}));
    VoronoiPolygons polygons = new VoronoiPolygons(cells);
    assertThat(polygons.corners(1)).isEmpty();
    assertThat(polygons.corners(0)).containsExactlyInAnyOrder(0, 0.25, 1, 0.25, 1, 2, 0, 2);
  }

  @Test
  void givesTheSameBytesForTheSameArchive() throws IOException {
    ArchiveSnapshot archive = SampleArchives.archive(3, 1).snapshot();
    Figure first = ArchiveHeatMap.of(archive, TASKS, SampleArchives.seeds(3));
    Figure second = ArchiveHeatMap.of(archive, TASKS, SampleArchives.seeds(3));

    assertThat(first.svg()).isEqualTo(second.svg()).isEqualTo(first.svg());
    assertThat(first.png()).isEqualTo(second.png());
    assertThat(first.name()).isEqualTo("archive-2-database");
    assertThat(first.svg())
        .contains("Archive of database: quality = database score")
        .contains("coding score, 17.0 to 63.0 %")
        .contains("2 database expert")
        .contains("viewBox");
    Path folder = Files.createDirectories(Path.of("target", "figures"));
    first.writePng(folder.resolve("archive.png"));
    first.writeSvg(folder.resolve("archive.svg"));
    assertThat(folder.resolve("archive.svg")).isNotEmptyFile();
    for (int tasks : new int[] {2, 4}) {
      ArchiveHeatMap.of(
              SampleArchives.archive(tasks, 0).snapshot(),
              SampleArchives.names(tasks),
              SampleArchives.seeds(tasks))
          .writePng(folder.resolve("archive-of-%d-tasks.png".formatted(tasks)));
    }
  }

  @Test
  void drawsAnEmptyArchive() {
    Figure figure = ArchiveHeatMap.of(database(), TASKS, List.of());
    assertThat(pixel(figure, figure.image(), 0.45, 0.3)).isEqualTo(Theme.EMPTY);
    assertThat(figure.description()).contains("0 of 50 cells");
  }

  @Test
  void escapesNames() {
    ArchiveCycle cycle =
        ArchiveCycle.of(List.of(Axis.of("<b>&\"", 0, 1, 4), Axis.of("b", 0, 1, 4)));
    ArchiveSnapshot archive = cycle.archives().getFirst().snapshot();
    String svg = ArchiveHeatMap.of(archive, List.of("<b>&\"", "b"), List.of()).svg();
    assertThat(svg).doesNotContain("<b>").contains("&lt;b&gt;&amp;");
  }

  @Test
  void refusesTasksThatAreNotTheArchives() {
    assertThatThrownBy(() -> ArchiveHeatMap.of(database(), List.of("coding", "os"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("archive database has the axes [coding, os]");
    assertThatThrownBy(() ->
            ArchiveHeatMap.of(database(), TASKS, List.of(new Seed("short", List.of(0.1, 0.2)))))
        .hasMessageContaining("seed short has 2 scores");
  }

  /** The colour at a point of the first panel's axes. */
  private static Color pixel(Figure figure, BufferedImage image, double x, double y) {
    Figure.Panel panel = figure.panels().getFirst();
    ChartRenderingInfo info = new ChartRenderingInfo();
    BufferedImage scratch =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    var graphics = scratch.createGraphics();
    graphics.setRenderingHint(
        java.awt.RenderingHints.KEY_FRACTIONALMETRICS,
        java.awt.RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.scale(2, 2);
    panel.chart().draw(graphics, panel.area(), info);
    Rectangle2D area = info.getPlotInfo().getDataArea();
    XYPlot plot = panel.chart().getXYPlot();
    double left = plot.getDomainAxis().valueToJava2D(x, area, RectangleEdge.BOTTOM);
    double top = plot.getRangeAxis().valueToJava2D(y, area, RectangleEdge.LEFT);
    return new Color(image.getRGB((int) Math.round(2 * left), (int) Math.round(2 * top)));
  }
}
