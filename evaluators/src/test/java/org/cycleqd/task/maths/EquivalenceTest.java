package org.cycleqd.task.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cycleqd.task.Item;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EquivalenceTest {
  /** Neighbours in MATH whose answers are the same number in other words. */
  private static final Set<String> ALIKE = Set.of("5 x=5");

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "\\frac{1}{2}#\\dfrac12",
        "\\frac{1}{2}#0.5",
        "\\frac{1}{2}#1/2",
        "-\\frac{3}{4}#\\frac{-3}{4}",
        "3\\frac{1}{2}#\\frac72",
        "\\sqrt{12}#2\\sqrt{3}",
        "\\sqrt2#\\sqrt{2}",
        "\\sqrt[3]{16}#2\\sqrt[3]{2}",
        "\\frac{1}{\\sqrt{2}}#\\frac{\\sqrt{2}}{2}",
        "x=5#5",
        "y = 2x + 1#y=1+2x",
        "2x-y+1=0#y=2x+1",
        "(x+1)^2#x^2+2x+1",
        "f(x)=x^2#x^2",
        "10,000#10000",
        "10{,}000#10000",
        "1,\\!000,\\!000#1000000",
        "\\$32,348#32348",
        "50\\%#50",
        "90^\\circ#90",
        "90^{\\circ}#90",
        "12\\text{ cm}#12",
        "12 \\mbox{ cm}^2#12",
        "\\text{(A)}#A",
        "\\text{Evelyn}#evelyn",
        "(3, \\frac{\\pi}{2})#\\left( 3, \\frac{\\pi}{2} \\right)",
        "[0, 1)#\\left[0,1\\right)",
        "(-\\infty, 2) \\cup (3,\\infty)#(-\\infty,2)\\cup(3,\\infty)",
        "1,2,3#3, 1, 2",
        "1 \\pm \\sqrt{2}#1+\\sqrt{2}, 1-\\sqrt{2}",
        "\\{1,2\\}#\\{2, 1\\}",
        "x \\in [1,2]#[1,2]",
        "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}#\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
        "\\begin{pmatrix} 1/2 \\\\ 3 \\end{pmatrix}#\\begin{pmatrix}\\frac12\\\\3\\end{pmatrix}",
        "3+4i#4i+3",
        "e^{i\\pi}#-1",
        "2^{10}#1024",
        "5!#120",
        "\\binom{5}{2}#10",
        "\\log_2 8#3",
        "\\sin 30 x#\\sin(30x)",
        "\\sin^2 x + \\cos^2 x#1",
        "|{-3}|#3",
        "2\\pi r#\\pi 2r",
        "0.50#.5",
        "6.0#6",
        "11\\frac{1}{2} \\text{ inches}#11.5",
        "2516_8#2516_{8}",
        "\\text{even}#\\textbf{even}"
      })
  void sameAnswers(String first, String second) {
    assertThat(Equivalence.same(first, second)).isTrue();
    assertThat(Equivalence.same(second, first)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "1#2",
        "\\frac{1}{2}#\\frac{1}{3}",
        "(1,2)#(2,1)",
        "(1,2)#[1,2]",
        "1,2#1,2,3",
        "x+1#x+2",
        "\\sqrt{2}#1.414",
        "1,234#234",
        "(1,234)#1234",
        "-5#5",
        "2516_8#2516",
        "A#B",
        "#1",
        "\\text{even}#\\text{odd}",
        "y=2x+1#y=2x+2",
        "\\begin{pmatrix}1\\\\2\\end{pmatrix}#\\begin{pmatrix}2\\\\1\\end{pmatrix}",
        "x^2#x",
        "\\infty#-\\infty",
        "1/0#2/0",
        "((((((((((#1"
      })
  void differentAnswers(String first, String second) {
    String nothing = first == null ? "" : first;
    assertThat(Equivalence.same(nothing, second)).isFalse();
    assertThat(Equivalence.same(second, nothing)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "so \\boxed{5}#5",
        "\\boxed{\\frac{1}{2}} no, \\boxed{\\frac{1}{\\sqrt{3}}}.#\\frac{1}{\\sqrt{3}}",
        "\\fbox{x}#x",
        "$\\boxed 7$ is it#7",
        "\\boxed{\\{1,2\\}}#\\{1,2\\}"
      })
  void findsTheLastBox(String text, String content) {
    assertThat(Boxed.last(text)).contains(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no box", "\\boxed", "\\boxed{1", ""})
  void findsNoBox(String text) {
    assertThat(Boxed.last(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"math500.jsonl", "test.jsonl"})
  void referencesOfMathAreRightAndTheirNeighboursWrong(String name) throws IOException {
    Path file =
        Path.of(System.getProperty("cycleqd.root", "."))
            .resolve("../shared/data/math")
            .resolve(name);
    Assumptions.assumeTrue(Files.isRegularFile(file), file + " is missing");
    Task task = MathTask.task(DataFile.at(file, ""));
    List<Item> items = task.published();
    List<String> answers = items.stream().map(Item::reference).toList();
    assertThat(task.judge(items, answers)).allMatch(Verdict::correct);
    List<String> others = new ArrayList<>(answers.subList(1, answers.size()));
    others.add(answers.getFirst());
    List<Verdict> verdicts = task.judge(items, others);
    for (int i = 0; i < items.size(); i++) {
      String mine = key(answers.get(i));
      String other = key(others.get(i));
      // Such as 5 and x=5, or 0.5 and 1/2.
      boolean sameNumber = verdicts.get(i).correct() && !mine.equals(other);
      assertThat(sameNumber && !ALIKE.contains(mine + " " + other))
          .as(mine + " " + other)
          .isFalse();
    }
  }

  private static String key(String solution) {
    return LatexText.key(LatexText.of(Boxed.last(solution).orElseThrow()));
  }
}
