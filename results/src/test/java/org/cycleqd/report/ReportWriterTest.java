package org.cycleqd.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.cycleqd.figure.Figure;
import org.junit.jupiter.api.Test;

class ReportWriterTest {

  private static final Pattern REFERENCE =
      Pattern.compile("(src|href|action|poster|data)\\s*=|url\\((?!#)|@import");

  @Test
  void showsEverythingOnce() throws IOException {
    ReportContent content = SampleReport.content();
    Path file = Path.of("target", "report.html");
    ReportWriter.write(file, content);

    assertThat(file)
        .content()
        .isEqualTo(ReportWriter.html(content))
        .contains("This run searched for merged models among combinations of 3 experts")
        .contains("397 children", "component granularity", "random seed 42")
        .contains("the scores below are from the test split, which the search never saw")
        .contains("Archive of coding", "Archive of database", "Archive of os")
        .contains("Progress of the archives", "Mean cosine of singular values")
        .contains("#386", "<strong>coding expert (#0)</strong>")
        .contains("164,350", "3 h 21 min", "Items saved by early stopping")
        .contains("./cycleqd run configs/three-experts.yaml", "CycleQD 0.1.0", "seed: 42")
        .contains("model=&quot;runs/three-experts/export/best&quot;")
        .doesNotContain("{{");
    for (MethodScore method : content.summary().methods()) {
      assertThat(file).content().contains("<tr><td>" + method.name() + "</td>");
    }
    assertThat(Pattern.compile("class=\"best\"").matcher(ReportWriter.html(content)).results())
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void needsNothingFromOutside() {
    String html = ReportWriter.html(SampleReport.content());
    assertThat(REFERENCE.matcher(html).results().map(match -> html.substring(match.start())))
        .isEmpty();
    assertThat(html).doesNotContain("<script").doesNotContain("<link");
  }

  @Test
  void escapesHostileText() {
    String hostile = "<script>alert('x')</script> & \"</pre>";
    String html = ReportWriter.html(SampleReport.content(hostile, hostile, hostile));
    assertThat(html)
        .doesNotContain("<script")
        .doesNotContain("alert('x')</")
        .contains("&lt;script&gt;");
    assertThat(html.split("</pre>", -1)).hasSize(4);
  }

  @Test
  void leavesOutWhatARunningSearchDoesNotKnow() {
    ReportContent whole = SampleReport.content();
    ReportContent content =
        new ReportContent(
            whole.run(),
            new Summary("test", List.of(), List.of()),
            List.of(),
            List.of(),
            new Curve(List.of(), List.of()),
            List.of(),
            Lineage.none(),
            new ReportContent.Costs(1, 0, 0, Duration.ofSeconds(61), new LinkedHashMap<>()),
            new ReportContent.Reproduction("./cycleqd run", "0.1.0", "seed: 1", ""));
    assertThat(ReportWriter.html(content))
        .contains("1 child ", "1 min 1 s", "Cost of the search")
        .doesNotContain("<h2>Scores", "<h2>Archives", "<h2>Progress", "<h2>Similarity", "Lineage")
        .doesNotContain("Transformers", "<svg");
    assertThat(ReportFigures.of(content).all()).isEmpty();
  }

  @Test
  void saysWhenOneSplitBothSelectsAndReports() {
    ReportContent content = SampleReport.content();
    Summary summary = new Summary("optimisation", content.summary().methods(), List.of());
    assertThat(ReportWriter.html(with(content, summary)))
        .contains("scores of selected children are optimistic")
        .doesNotContain("Paired comparisons<");
  }

  @Test
  void figuresHaveNamesForFiles() {
    assertThat(ReportFigures.of(SampleReport.content()).all())
        .extracting(Figure::name)
        .containsExactly(
            "methods",
            "archive-1-coding",
            "archive-2-database",
            "archive-3-os",
            "progress",
            "similarity-cosine-of-task-vectors",
            "similarity-mean-cosine-of-singular-values");
  }

  private static ReportContent with(ReportContent content, Summary summary) {
    return new ReportContent(
        content.run(),
        summary,
        content.archives(),
        content.seeds(),
        content.curve(),
        content.similarities(),
        content.lineage(),
        content.costs(),
        content.reproduction());
  }
}
