package org.cycleqd.report;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.RunHistory;

/**
 * Where a candidate comes from: itself and all its ancestors.
 *
 * @param candidates by falling number, so that the candidate itself comes first and the experts
 *     last
 */
public record Lineage(List<Candidate> candidates) {

  /** Copies the list. */
  public Lineage {
    candidates = List.copyOf(candidates);
  }

  /**
   * A candidate and its parents.
   *
   * @param number of the candidate
   * @param expert name of the expert if it is one, else empty
   * @param parents numbers of its parents, smaller than its own; empty for an expert
   */
  public record Candidate(int number, String expert, List<Integer> parents) {

    /** Copies the parents and checks that they are older. */
    public Candidate {
      parents = List.copyOf(parents);
      for (int parent : parents) {
        if (parent >= number) {
          throw new IllegalArgumentException(
              "candidate %d cannot descend from candidate %d".formatted(number, parent));
        }
      }
    }

    /** An expert, which has no parents. */
    public static Candidate expert(int number, String name) {
      return new Candidate(number, name, List.of());
    }

    /** A child. */
    public static Candidate child(int number, List<Integer> parents) {
      return new Candidate(number, "", parents);
    }
  }

  /** No candidate: nothing is known yet. */
  public static Lineage none() {
    return new Lineage(List.of());
  }

  /**
   * Follows parents back to the experts.
   *
   * @param number of the candidate to start from
   * @param journal gives any candidate of the run by its number
   */
  public static Lineage of(int number, IntFunction<Candidate> journal) {
    Map<Integer, Candidate> found = new TreeMap<>(Collections.reverseOrder());
    Set<Integer> seen = new HashSet<>(Set.of(number));
    Deque<Integer> open = new ArrayDeque<>(List.of(number));
    while (!open.isEmpty()) {
      Candidate candidate = journal.apply(open.pop());
      found.put(candidate.number(), candidate);
      candidate.parents().stream().filter(seen::add).forEach(open::push);
    }
    return new Lineage(List.copyOf(found.values()));
  }

  /**
   * Follows parents in a run.
   *
   * @param number of a candidate of the run
   */
  public static Lineage of(int number, RunHistory history) {
    return of(
        number,
        ancestor ->
            switch (history.candidates().get(ancestor).origin()) {
              case Origin.Seed(String expert) -> Candidate.expert(ancestor, expert);
              case Origin.Child(int _, List<Integer> parents) -> Candidate.child(ancestor, parents);
              case Origin.Proposed(List<Integer> parents) -> Candidate.child(ancestor, parents);
            });
  }

  /** Number of generations from the experts to the first candidate, along the longest way. */
  public int generations() {
    Map<Integer, Integer> depths = new HashMap<>();
    for (Candidate candidate : candidates.reversed()) {
      int depth =
          candidate.parents().stream()
              .mapToInt(parent -> depths.getOrDefault(parent, 0) + 1)
              .max()
              .orElse(0);
      depths.put(candidate.number(), depth);
    }
    return candidates.isEmpty() ? 0 : depths.getOrDefault(candidates.getFirst().number(), 0);
  }
}
