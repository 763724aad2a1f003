package org.cycleqd.experiment.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.SearchOutcome;
import org.cycleqd.report.MethodScore.Kind;

/**
 * All elites, scored again on items that the search did not see. An elite keeps the place that its
 * luckiest score won; a second look tells luck from skill, and the model that does best in it is
 * reported.
 *
 * @param elites by rising candidate number
 * @param evaluations what each scored now
 * @param baselines merges without a search, which are not chosen from
 * @param baselineEvaluations what each scored now
 */
record Validation(
    List<Elite> elites,
    List<Evaluation> evaluations,
    List<Method> baselines,
    List<Evaluation> baselineEvaluations) {

  /** Scores models on the validation items. */
  @FunctionalInterface
  interface Scorer {
    TestScores score(List<Method> methods) throws IOException, InterruptedException;
  }

  static Validation of(SearchOutcome outcome, List<Method> baselines, Scorer scorer)
      throws IOException, InterruptedException {
    Map<Integer, Elite> elites = new TreeMap<>();
    for (ArchiveView archive : outcome.archives()) {
      archive.elites().forEach(elite -> elites.put(elite.candidate(), elite));
    }
    List<Method> methods = new ArrayList<>();
    for (int number : elites.keySet()) {
      String name = "candidate-" + number;
      methods.add(new Method(name, Kind.ELITE, outcome.genome(number), name));
    }
    int found = methods.size();
    methods.addAll(baselines);
    List<Evaluation> scores = scorer.score(methods).evaluations();
    return new Validation(
        List.copyOf(elites.values()),
        scores.subList(0, found),
        baselines,
        scores.subList(found, scores.size()));
  }

  private static double mean(List<Double> scores) {
    return scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private int best() {
    return IntStream.range(0, elites.size())
        .boxed()
        .max(
            Comparator.comparingDouble((Integer i) -> mean(evaluations.get(i).scores()))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  /** The elite of the best mean here, the first of equals. */
  Method method(SearchOutcome outcome) {
    int candidate = elites.get(best()).candidate();
    return new Method(
        "validated",
        Kind.ELITE,
        outcome.genome(candidate),
        "candidate %d, the elite with the best mean score on the validation items"
            .formatted(candidate));
  }

  /** Each elite's scores in the search and now, in task order, and the baselines' now. */
  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("chosen", elites.get(best()).candidate());
    ArrayNode list = root.putArray("elites");
    for (int i = 0; i < elites.size(); i++) {
      ObjectNode node = list.addObject().put("candidate", elites.get(i).candidate());
      put(node.putArray("optimisation"), elites.get(i).scores());
      put(node.putArray("validation"), evaluations.get(i).scores());
      node.put("optimisationMean", mean(elites.get(i).scores()))
          .put("validationMean", mean(evaluations.get(i).scores()));
    }
    ArrayNode merges = root.putArray("baselines");
    for (int i = 0; i < baselines.size(); i++) {
      List<Double> scores = baselineEvaluations.get(i).scores();
      ObjectNode node = merges.addObject().put("name", baselines.get(i).name());
      put(node.putArray("validation"), scores);
      node.put("validationMean", mean(scores));
    }
    return root.toPrettyString() + "\n";
  }

  private static void put(ArrayNode array, List<Double> scores) {
    scores.forEach(array::add);
  }
}
