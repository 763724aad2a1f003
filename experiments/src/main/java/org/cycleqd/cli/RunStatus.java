package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Metrics;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.engine.Ending;
import org.cycleqd.engine.RunHistory;

/**
 * How far a run is, as text and as JSON.
 *
 * @param running whether a process is searching at this moment
 * @param reported whether its results are those of the journal as it is now
 */
record RunStatus(RunHistory history, Pace pace, boolean running, boolean reported) {

  private static final double OFFSET = 0;
  private static final int SHOWN_FAILURES = 5;

  private record Failure(int candidate, String reason) {}

  private int total() {
    return history.header().experts().size() + history.header().settings().children();
  }

  private int done() {
    return history.candidates().size();
  }

  /**
   * The search may be over while the models are still being tested and written; results of a search
   * that is not over were written where its time or tokens ended; if it went on from there and has
   * no results since, it was stopped in between.
   */
  private String state() {
    if (running) {
      return "running";
    }
    if (history.ending().isEmpty()) {
      return reported ? "paused" : "interrupted";
    }
    return reported ? "finished" : "searched";
  }

  /** What ended the search before its last child. */
  private Optional<String> ended() {
    return history
        .ending()
        .filter(ending -> ending != Ending.CHILDREN)
        .map(ending -> ending.name().toLowerCase(Locale.ROOT));
  }

  private double secondsLeft() {
    return (total() - done()) * pace.secondsPerCandidate();
  }

  private List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    for (CandidateRecord candidate : history.candidates()) {
      if (candidate.result() instanceof Result.Failed(String reason)) {
        failures.add(new Failure(candidate.number(), reason));
      }
    }
    return failures;
  }

  private long stopped() {
    return history.candidates().stream()
        .filter(candidate -> candidate.result() instanceof Result.Stopped)
        .count();
  }

  private long itemsAsked() {
    return history.candidates().stream().mapToLong(CandidateRecord::itemsAsked).sum();
  }

  private double bestMean() {
    List<CandidateRecord> again = List.copyOf(history.scoredAgain().values());
    return (again.stream().anyMatch(CandidateRecord::child) ? again : history.candidates())
        .stream()
            .filter(CandidateRecord::child)
            .flatMap(candidate -> candidate.scores().stream())
            .mapToDouble(
                scores -> scores.stream().mapToDouble(Double::doubleValue).average().orElse(0))
            .max()
            .orElse(Double.NaN);
  }

  private Metrics cycle() {
    return Metrics.together(
        history.archives().stream().map(archive -> archive.metrics(OFFSET)).toList());
  }

  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "state", state());
    line(text, "candidates", "%d of %d".formatted(done(), total()));
    ended().ifPresent(limit -> line(text, "ended by", limit));
    if (!Double.isNaN(bestMean())) {
      line(text, "best mean", Cells.number(bestMean()));
    }
    if (history.ending().isEmpty() && !Double.isNaN(secondsLeft())) {
      line(
          text,
          "time left",
          "%s at %s s a candidate"
              .formatted(ProgressLine.duration(secondsLeft()), number(pace.secondsPerCandidate())));
    }
    pace.last().ifPresent(last -> line(text, "last", last.toString()));
    List<Failure> failures = failures();
    line(text, "failures", Integer.toString(failures.size()));
    for (Failure failure :
        failures.subList(Math.max(0, failures.size() - SHOWN_FAILURES), failures.size())) {
      line(text, "failure", "candidate %d: %s".formatted(failure.candidate(), failure.reason()));
    }
    if (history.header().settings().stopping() != null) {
      line(text, "stopped", "%d early, %d items scored".formatted(stopped(), itemsAsked()));
    }
    if (history.header().settings().reevaluation() != null) {
      line(
          text,
          "again",
          "%d scored again in %d rounds"
              .formatted(history.scoredAgain().size(), history.rounds().size()));
    }
    line(text, "journal", history.digest());
    if (!history.archives().isEmpty()) {
      TextTable table = Cells.metricsTable();
      for (ArchiveView archive : history.archives()) {
        table =
            Cells.with(
                table, archive.taskName(), Cells.kind(archive.layout()), archive.metrics(OFFSET));
      }
      text.append(System.lineSeparator()).append(Cells.with(table, "all", "", cycle()).render());
    }
    return text.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-11s %s%n", label, value));
  }

  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("state", state())
        .put("candidates", done())
        .put("total", total())
        .put("experts", history.header().experts().size())
        .put("running", running)
        .put("stopped", stopped())
        .put("itemsScored", itemsAsked())
        .put("scoredAgain", history.scoredAgain().size())
        .put("journalDigest", history.digest());
    ended().ifPresent(limit -> root.put("endedBy", limit));
    if (!Double.isNaN(bestMean())) {
      root.put("bestMean", bestMean());
    }
    if (!Double.isNaN(pace.secondsPerCandidate())) {
      root.put("secondsPerCandidate", pace.secondsPerCandidate()).put("secondsLeft", secondsLeft());
    }
    pace.last().ifPresent(last -> root.put("last", last.toString()));
    ArrayNode failures = root.putArray("failures");
    for (Failure failure : failures()) {
      failures.addObject().put("candidate", failure.candidate()).put("reason", failure.reason());
    }
    ArrayNode archives = root.putArray("archives");
    for (ArchiveView archive : history.archives()) {
      ObjectNode node = archives.addObject().put("task", archive.taskName());
      Cells.put(node, archive.metrics(OFFSET));
    }
    if (!history.archives().isEmpty()) {
      Cells.put(root.putObject("cycle"), cycle());
    }
    return root.toPrettyString() + "\n";
  }
}
