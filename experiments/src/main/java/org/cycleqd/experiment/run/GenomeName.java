package org.cycleqd.experiment.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.engine.Aggregate;
import org.cycleqd.engine.JournalException;
import org.cycleqd.engine.Pedigree;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.rival.Rivals;
import org.cycleqd.experiment.UserException;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.SingularBasis;

/** Finds an individual of a run by what users call it. */
record GenomeName(String name) {

  private static final String EXPERT = "expert-";
  private static final String ELITE = "elite-";
  private static final int MOST_DIGITS = 9;

  /**
   * A genome and how it came about.
   *
   * @param origin in words
   */
  record Found(Genome genome, String origin) {}

  /**
   * The genome, bred again from the journal where needed.
   *
   * @throws UserException if the run has none of this name
   * @throws JournalException if it is another genome than the one that was recorded
   */
  Found find(RunHistory history, SingularBasis basis) throws JournalException {
    GenomeLayout layout = basis.layout();
    double[] equal = new double[layout.experts().size()];
    Pedigree pedigree = Pedigree.of(history, basis, Rivals::strategy);
    if (name.matches("[0-9]{1,%d}".formatted(MOST_DIGITS))) {
      return candidate(pedigree, history, Integer.parseInt(name), "");
    }
    if (name.equals("base")) {
      return new Found(Genome.uniform(layout, equal), "the base model");
    }
    if (name.equals("average")) {
      Arrays.fill(equal, 1.0 / equal.length);
      return new Found(Genome.uniform(layout, equal), "the plain average of the experts");
    }
    if (name.equals("aggregate")) {
      Aggregate aggregate = pedigree.aggregate();
      return new Found(
          aggregate.genome(), "the softmax aggregate of candidates " + aggregate.candidates());
    }
    Optional<Integer> best = name.equals("best") ? pedigree.best() : Optional.empty();
    if (best.isPresent()) {
      String what = ", the child with the best mean score on the optimisation split";
      return candidate(pedigree, history, best.get(), what);
    }
    int expert = name.startsWith(EXPERT) ? layout.experts().indexOf(after(EXPERT)) : -1;
    if (expert >= 0) {
      return new Found(Genome.expert(layout, expert), "the expert " + after(EXPERT));
    }
    for (ArchiveView archive : history.archives()) {
      if (name.equals(ELITE + archive.taskName())) {
        int number = archive.best().orElseThrow().candidate();
        String what = ", the best elite of the archive of " + archive.taskName();
        return candidate(pedigree, history, number, what);
      }
    }
    throw new UserException(
        "genome: found '%s', expected a candidate's number, base, average, best, aggregate, %s or %s"
            .formatted(
                name,
                names(EXPERT, layout.experts()),
                names(ELITE, history.header().settings().taskNames())));
  }

  private static Found candidate(Pedigree pedigree, RunHistory history, int number, String what)
      throws JournalException {
    if (number >= history.candidates().size()) {
      throw new UserException(
          "genome: found candidate %d, expected one of the %d that the run has so far, from 0"
              .formatted(number, history.candidates().size()));
    }
    return new Found(pedigree.candidate(number), "candidate %d%s".formatted(number, what));
  }

  private String after(String prefix) {
    return name.substring(prefix.length());
  }

  private static String names(String prefix, List<String> names) {
    return prefix + String.join(", " + prefix, names);
  }
}
