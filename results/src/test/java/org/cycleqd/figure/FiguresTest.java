package org.cycleqd.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Metrics;
import org.cycleqd.figure.MethodFigure.Bar;
import org.cycleqd.figure.MethodFigure.Group;
import org.cycleqd.figure.ProgressFigure.Line;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static Figure progress() {
    List<String> tasks = SampleArchives.names(3);
    List<Integer> candidates = new ArrayList<>();
    List<List<Metrics>> metrics = new ArrayList<>();
    for (int count = 3; count < 400; count += 12) {
      candidates.add(count);
      metrics.add(
          SampleArchives.cycle(3, count).archives().stream().map(ArchiveView::metrics).toList());
    }
    List<Line> qdScore = new ArrayList<>();
    List<Line> coverage = new ArrayList<>();
    List<Line> best = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int task = t;
      qdScore.add(
          new Line(
              tasks.get(t), candidates, metrics.stream().map(m -> m.get(task).qdScore()).toList()));
      coverage.add(
          new Line(
              tasks.get(t),
              candidates,
              metrics.stream().map(m -> m.get(task).coverage()).toList()));
      best.add(
          new Line(
              tasks.get(t), candidates, metrics.stream().map(m -> m.get(task).best()).toList()));
    }
    List<Double> mean = candidates.stream().map(c -> 0.32 + 0.0003 * c).toList();
    best.add(new Line("best mean over tasks", candidates, mean));
    return ProgressFigure.of(qdScore, coverage, best);
  }

  private static Figure methods() {
    List<Group> groups = new ArrayList<>();
    List<String> names =
        List.of(
            "Llama-3-8B-Instruct (base)",
            "coding expert",
            "database expert",
            "os expert",
            "plain average",
            "best child #874",
            "aggregate");
    for (int m = 0; m < names.size(); m++) {
      List<Bar> bars =
          List.of(
              new Bar(0.65 + 0.015 * m, 0.033),
              new Bar(0.05 + 0.05 * m, 0.02 + 0.002 * m),
              new Bar(0.25 + 0.02 * m, 0.04));
      groups.add(new Group(names.get(m), bars, new Bar(0.32 + 0.03 * m, Double.NaN)));
    }
    return MethodFigure.of("Scores on the test split", SampleArchives.names(3), groups);
  }

  private static Figure similarity(String... labels) {
    List<List<Double>> rows = new ArrayList<>();
    for (int row = 0; row < labels.length; row++) {
      List<Double> cosines = new ArrayList<>();
      for (int column = 0; column < labels.length; column++) {
        cosines.add(row == column ? 1.0 : 0.08 + 0.06 * (row + column));
      }
      rows.add(cosines);
    }
    return SimilarityHeatMap.of("Cosine of task vectors", List.of(labels), rows);
  }

  @Test
  void writesFilesThatAreTheSameEveryTime() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "figures"));
    List<Figure> first = List.of(progress(), methods(), similarity("coding", "database", "os"));
    List<Figure> second = List.of(progress(), methods(), similarity("coding", "database", "os"));
    for (int f = 0; f < first.size(); f++) {
      Figure figure = first.get(f);
      assertThat(figure.svg()).isEqualTo(second.get(f).svg()).hasSizeGreaterThan(3000);
      figure.writePng(folder.resolve(figure.name() + ".png"));
      figure.writeSvg(folder.resolve(figure.name() + ".svg"));
      assertThat(folder.resolve(figure.name() + ".png")).hasBinaryContent(figure.png());
      assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
      assertThat(figure.image().getWidth()).isEqualTo(2 * figure.width());
      assertThat(figure.inlineSvg()).startsWith("<svg role=\"img\" aria-label=\"");
    }
    similarity("meta-llama/Llama-3-8B-coding-expert-v2", "database expert", "os expert", "maths")
        .writePng(folder.resolve("similarity-long.png"));
  }

  @Test
  void namesEveryLineAndMethod() {
    assertThat(progress().svg()).contains("coding", "database", "best mean over tasks", "QD score");
    assertThat(methods().svg()).contains("plain average", "aggregate", "mean over tasks");
    assertThat(methods().description()).contains("coding expert 35.0 %");
    assertThat(similarity("a", "b").svg()).contains("0.140", "1.000");
  }

  @Test
  void drawsASearchThatHasNotBegun() {
    assertThat(ProgressFigure.of(List.of(), List.of(), List.of()).image()).isNotNull();
    Line unknown = new Line("coding", List.of(0, 1), List.of(Double.NaN, 0.5));
    assertThat(ProgressFigure.of(List.of(), List.of(), List.of(unknown)).svg()).contains("coding");
    assertThat(MethodFigure.of("none", List.of("a"), List.of()).svg()).contains("none");
  }

  @Test
  void keepsMethodsOfTheSameNameApart() {
    Group group = new Group("elite", List.of(new Bar(0.5, 0.1)), new Bar(0.5, 0.1));
    String once = MethodFigure.of("twins", List.of("a"), List.of(group)).svg();
    String twice = MethodFigure.of("twins", List.of("a"), List.of(group, group)).svg();
    assertThat(twice.split("elite", -1)).hasSizeGreaterThan(once.split("elite", -1).length);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new Line("coding", List.of(1, 2), List.of(0.5)))
        .hasMessageContaining("line coding has 2 candidates but 1 values");
    assertThatThrownBy(() ->
            MethodFigure.of(
                "t", List.of("a", "b"), List.of(new Group("m", List.of(), new Bar(0, 0)))))
        .hasMessageContaining("method m has 0 bars for 2 tasks");
    assertThatThrownBy(() -> SimilarityHeatMap.of("t", List.of("a", "b"), List.of(List.of(1.0))))
        .hasMessageContaining("similarity of 2 experts");
  }
}
