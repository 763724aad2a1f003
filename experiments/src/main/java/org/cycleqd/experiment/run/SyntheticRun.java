package org.cycleqd.experiment.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.engine.Evaluator;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.engine.rival.Rivals;
import org.cycleqd.engine.synthetic.Landscape;
import org.cycleqd.engine.synthetic.LandscapeRule;
import org.cycleqd.experiment.LandscapeConfig;
import org.cycleqd.experiment.SyntheticConfig;
import org.cycleqd.lm.Work;
import org.cycleqd.report.Summary;

/** One run on a synthetic landscape, from its config to its folder. */
public final class SyntheticRun {

  private static final String TEST = "test";
  private static final String OPTIMISATION = "optimisation";
  private static final String FURTHER = "further";

  private SyntheticRun() {}

  /**
   * Executes or carries on a run.
   *
   * @param folder where everything goes
   * @param invocation how the program was asked
   * @throws org.cycleqd.experiment.UserException if the folder holds another run
   */
  public static RunResult execute(
      SyntheticConfig config,
      RunFolder folder,
      Invocation invocation,
      ExperimentRun.Observer observer)
      throws IOException, InterruptedException {
    folder.claim(config);
    LandscapeConfig synthetic = config.synthetic();
    Landscape landscape = landscape(config);
    int further = config.search().reevaluation().further();
    long start = System.nanoTime();
    SearchOutcome outcome =
        new SearchRun(config, folder, observer)
            .execute(
                Search.of(
                    SearchPlan.of(config),
                    landscape.layout(),
                    digests(synthetic),
                    Rivals::strategy),
                landscape.evaluator(synthetic.items(), OPTIMISATION),
                further > 0 ? Optional.of(landscape.evaluator(further, FURTHER)) : Optional.empty(),
                config.workers(Runtime.getRuntime().availableProcessors()),
                () -> 0);
    Duration searchTime = Duration.ofNanos(System.nanoTime() - start);
    List<Method> methods = Method.all(landscape.layout(), outcome, List.of());
    List<Evaluation> evaluations =
        evaluate(methods, landscape.evaluator(synthetic.test(), TEST), observer);
    observer.phase("writing figures and report");
    Summary summary =
        new RunReport(
                config, folder, invocation, "a synthetic landscape", List.of(), searchTime, "")
            .write(outcome, methods, evaluations);
    return new RunResult(folder, summary, List.of(), Work.none(), outcome.ending());
  }

  /** The landscape of a config. */
  static Landscape landscape(SyntheticConfig config) {
    LandscapeConfig synthetic = config.synthetic();
    return Landscape.of(
        synthetic.tasks(),
        synthetic.tensors(),
        synthetic.rank(),
        new LandscapeRule(
            synthetic.seed(),
            synthetic.conflict(),
            synthetic.width(),
            synthetic.scatter(),
            synthetic.noise()));
  }

  /** What decides the scores beside the engine's settings. */
  private static Map<String, String> digests(LandscapeConfig synthetic) {
    return Map.of(
        "landscape",
        "seed %d, conflict %s, width %s, scatter %s, noise %s, %d items"
            .formatted(
                synthetic.seed(),
                synthetic.conflict(),
                synthetic.width(),
                synthetic.scatter(),
                synthetic.noise(),
                synthetic.items()));
  }

  private static List<Evaluation> evaluate(
      List<Method> methods, Evaluator evaluator, ExperimentRun.Observer observer)
      throws InterruptedException {
    List<Evaluation> evaluations = new ArrayList<>();
    for (Method method : methods) {
      try {
        evaluations.add(evaluator.evaluate(method.genome().orElseThrow()));
      } catch (EvaluationException e) {
        throw new IllegalStateException("a landscape scores every genome", e);
      }
      observer.tested(evaluations.size(), methods.size());
    }
    return evaluations;
  }
}
