package org.cycleqd.task.pico;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The evaluators that judge a question's worth agree with the programs that judge answers. */
class EmulationTest {
  private static final int COUNT = 400;

  @Test
  void listProgramsGiveWhatPythonGives() {
    ListGrammar grammar = new ListGrammar();
    List<ListProgram> programs =
        Drawn.meaningful(choices -> grammar.compose(choices, Drawn.steps(choices)), COUNT, 1);
    List<Outcome> outcomes = new PythonRunner(Drawn.sandbox()).run(Drawn.attempts(programs));
    for (int i = 0; i < COUNT; i++) {
      ListProgram program = programs.get(i);
      assertThat(outcomes.get(i).text())
          .as(program.answer())
          .isEqualTo(String.join("\n", program.results(ListInputs.of(program.answer()))));
    }
  }

  @Test
  void pipelinesGiveWhatBashGives() {
    PipelineGrammar grammar = new PipelineGrammar();
    List<Pipeline> pipelines =
        Drawn.meaningful(choices -> grammar.compose(choices, Drawn.steps(choices)), COUNT, 1);
    List<Outcome> outcomes = new ShellRunner(Drawn.sandbox()).run(Drawn.attempts(pipelines));
    for (int i = 0; i < COUNT; i++) {
      Pipeline pipeline = pipelines.get(i);
      assertThat(outcomes.get(i).text())
          .as(pipeline.answer())
          .isEqualTo(String.join("\n", pipeline.output()) + "\n");
    }
  }

  @Test
  void queriesGiveWhatSqliteGives() {
    SqlGrammar grammar = new SqlGrammar();
    List<SqlQuestion> questions =
        Drawn.meaningful(choices -> grammar.compose(choices, Drawn.steps(choices)), COUNT, 1);
    List<Outcome> outcomes = new SqlRunner().run(Drawn.attempts(questions));
    for (int i = 0; i < COUNT; i++) {
      SqlQuestion question = questions.get(i);
      assertThat(outcomes.get(i).text())
          .as(question.answer())
          .isEqualTo(
              SqlRows.of(question.query()).stream()
                  .map(row ->
                      row.stream().map(EmulationTest::cell).collect(Collectors.joining("\t")))
                  .collect(Collectors.joining("\n")));
    }
  }

  private static String cell(Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.9g", number.doubleValue())
        : "'" + value + "'";
  }
}
