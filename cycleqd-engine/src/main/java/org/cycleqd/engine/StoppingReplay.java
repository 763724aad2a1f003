package org.cycleqd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.IntStream;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.Axis;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;

/**
 * What rules of stopping would have saved in a run that stopped nothing, from its journal alone.
 * Every rule sees the children, archives and lag of that run; a child that it stops is in the
 * archives all the same, so a rule that errs is judged child by child and not by where the run
 * would have gone.
 */
public final class StoppingReplay {

  private final RunHistory history;
  private final int experts;

  private StoppingReplay(RunHistory history) {
    this.history = history;
    this.experts = history.header().experts().size();
  }

  /**
   * A replay of a run.
   *
   * @throws IllegalArgumentException if the run stopped candidates, has archives without bars, or
   *     no children yet
   */
  public static StoppingReplay of(RunHistory history) {
    if (history.header().settings().reevaluation() != null) {
      throw new IllegalArgumentException(
          "the run scores elites again, so what an archive takes is not settled by one score");
    }
    if (history.header().settings().stopping() != null) {
      throw new IllegalArgumentException(
          "search.stopping: found a rule, expected a run without one, whose children all have all scores");
    }
    StoppingReplay replay = new StoppingReplay(history);
    if (replay.children().isEmpty()) {
      throw new IllegalArgumentException("children: found none, expected at least one");
    }
    if (replay.archives().bars().isEmpty()) {
      throw new IllegalArgumentException(
          "archive.add: found dominated-novelty, expected archives that never take later what they reject now");
    }
    return replay;
  }

  /**
   * What a rule would have done.
   *
   * @param children all children that were scored
   * @param items their items
   * @param asked items that are asked
   * @param stopped children that are stopped
   * @param lost stopped children that an archive took, or that had the best mean so far
   */
  public record Saving(int children, long items, long asked, int stopped, int lost) {

    /** The share of the items that is not asked. */
    public double share() {
      return 1 - (double) asked / items;
    }
  }

  /** What one who knows all scores need not ask to prove all rejections. */
  public Saving shortestProofs() {
    return clairvoyant(false);
  }

  /** What one saves who knows beforehand of what nothing will come, and need not prove it. */
  public Saving rejected() {
    return clairvoyant(true);
  }

  private Saving clairvoyant(boolean unproved) {
    Tally tally = new Tally();
    ArchiveCycle archives = archives();
    double best = Double.NEGATIVE_INFINITY;
    for (CandidateRecord child : children()) {
      Evaluation evaluation = evaluation(child);
      int all = items(evaluation);
      boolean taken = taken(child) || mean(child) > best;
      int spared =
          taken
              ? 0
              : unproved
                  ? all
                  : ShortestProof.spares(
                      new Bars(archives.bars().orElseThrow(), best), grid(), evaluation);
      tally.add(all, all - spared, spared > 0, taken);
      archives.offer(evaluation.elite(child.number()));
      best = Math.max(best, mean(child));
    }
    return tally.saving();
  }

  private Optional<List<Axis>> grid() {
    return history.header().settings().form().cvt() == null
        ? Optional.of(history.axes())
        : Optional.empty();
  }

  /** What a rule would have saved. */
  public Saving saving(Stopping stopping) throws InterruptedException {
    SearchSettings settings = history.header().settings();
    Inquiries inquiries = new Inquiries(settings, Optional.of(stopping));
    ArchiveCycle archives = archives();
    Tally tally = new Tally();
    double best = Double.NEGATIVE_INFINITY;
    List<CandidateRecord> all = history.candidates().subList(experts, history.candidates().size());
    Queue<Inquiry> bred = new ArrayDeque<>();
    int next = 0;
    for (int t = 0; t < all.size(); t++) {
      while (next < Math.min(all.size(), t + settings.lag())) {
        CandidateRecord child = all.get(next++);
        List<Integer> parents = ((Origin.Child) child.origin()).parents();
        bred.add(inquiries.of(child.number(), parents, archives, best).orElseThrow());
      }
      Inquiry inquiry = bred.remove();
      CandidateRecord child = all.get(t);
      if (child.scores().isPresent()) {
        Evaluation evaluation = evaluation(child);
        Result result = ask(inquiry, evaluation);
        int asked =
            result instanceof Result.Stopped(List<SeenScores> seen)
                ? seen.stream().mapToInt(SeenScores::seen).sum()
                : items(evaluation);
        tally.add(
            items(evaluation),
            asked,
            result instanceof Result.Stopped,
            taken(child) || mean(child) > best);
        archives.offer(evaluation.elite(child.number()));
        best = Math.max(best, mean(child));
        inquiries.learn(child.number(), result);
      } else {
        inquiries.learn(child.number(), child.result());
      }
    }
    return tally.saving();
  }

  private static Result ask(Inquiry inquiry, Evaluation evaluation) throws InterruptedException {
    try {
      return inquiry.score(
          new Recorded(evaluation), evaluation.tasks().stream().map(ItemScores::size).toList());
    } catch (EvaluationException e) {
      throw new IllegalStateException("a recorded score is always known", e);
    }
  }

  /** Gives the scores of the journal. */
  private record Recorded(Evaluation evaluation) implements Sitting {

    @Override
    public double[] score(List<Question> questions) {
      return questions.stream()
          .mapToDouble(question -> evaluation.tasks().get(question.task()).get(question.item()))
          .toArray();
    }

    @Override
    public void close() {}
  }

  private static final class Tally {
    private int children;
    private long items;
    private long asked;
    private int stopped;
    private int lost;

    void add(int all, int own, boolean stops, boolean taken) {
      children++;
      items += all;
      asked += own;
      stopped += stops ? 1 : 0;
      lost += stops && taken ? 1 : 0;
    }

    Saving saving() {
      return new Saving(children, items, asked, stopped, lost);
    }
  }

  /** The archives with the experts in them. */
  private ArchiveCycle archives() {
    SearchSettings settings = history.header().settings();
    ArchiveCycle archives =
        ArchiveCycle.of(
            history.axes(),
            settings.layouts(settings.form(), history.axes()),
            settings.form().add());
    IntStream.range(0, experts)
        .forEach(e -> archives.offer(history.candidates().get(e).elite().orElseThrow()));
    return archives;
  }

  private List<CandidateRecord> children() {
    List<CandidateRecord> children = new ArrayList<>();
    for (CandidateRecord candidate : history.candidates()) {
      if (candidate.child() && candidate.scores().isPresent()) {
        children.add(candidate);
      }
    }
    return children;
  }

  private static Evaluation evaluation(CandidateRecord child) {
    return ((Result.Scored) child.result()).evaluation();
  }

  private static int items(Evaluation evaluation) {
    return evaluation.tasks().stream().mapToInt(ItemScores::size).sum();
  }

  private static boolean taken(CandidateRecord child) {
    return ((Result.Scored) child.result()).outcomes().stream().anyMatch(AddOutcome::taken);
  }

  private static double mean(CandidateRecord child) {
    return new CandidateFitness(child.number(), child.scores().orElseThrow()).mean();
  }
}
