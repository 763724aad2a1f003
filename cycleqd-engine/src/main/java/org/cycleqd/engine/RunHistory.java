package org.cycleqd.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Metrics;
import org.cycleqd.engine.CandidateRecord.Result;

/**
 * A run as its journal tells it. Nothing is scored, no model is needed, and a run that is still
 * being written can be read.
 *
 * @param digest the journal's last chain value, 64 hexadecimal digits: it stands for all records
 *     that were read
 * @param header what the run is
 * @param axes one axis per task, in task order; empty until all experts are scored
 * @param candidates all candidates in number order, with their outcomes
 * @param archives the archives after the last candidate, in task order; empty until all experts are
 *     scored
 * @param curve the archives' metrics after each candidate, in number order
 * @param rounds what was scored again, in order
 */
public record RunHistory(
    String digest,
    RunHeader header,
    List<Axis> axes,
    List<CandidateRecord> candidates,
    List<ArchiveView> archives,
    List<Point> curve,
    List<Round> rounds) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Copies the lists. */
  public RunHistory {
    axes = List.copyOf(axes);
    candidates = List.copyOf(candidates);
    archives = List.copyOf(archives);
    curve = List.copyOf(curve);
    rounds = List.copyOf(rounds);
  }

  /**
   * A point of the metrics' curve.
   *
   * @param candidate number of the candidate that was offered last
   * @param metrics metrics of each archive after it, in task order, with offset 0
   */
  public record Point(int candidate, List<Metrics> metrics) {}

  /**
   * A candidate that an archive took.
   *
   * @param candidate its number
   * @param task number of the archive's task
   * @param outcome what the archive made of it
   */
  public record Insertion(int candidate, int task, AddOutcome outcome) {}

  /** All that archives took, in the order in which they took it. */
  public List<Insertion> insertions() {
    List<Insertion> insertions = new ArrayList<>();
    for (CandidateRecord candidate : candidates) {
      if (candidate.result() instanceof Result.Scored(var _, List<AddOutcome> outcomes)) {
        for (int task = 0; task < outcomes.size(); task++) {
          if (outcomes.get(task).taken()) {
            insertions.add(new Insertion(candidate.number(), task, outcomes.get(task)));
          }
        }
      }
    }
    return List.copyOf(insertions);
  }

  /** The journal in a run's folder. */
  public static Path journal(Path directory) {
    return directory.resolve(Journal.FILE);
  }

  /**
   * Reads a journal; a torn last line is left out.
   *
   * @param journal the journal file
   * @throws JournalException if there is no header, a line is damaged, or a recorded outcome does
   *     not follow from the scores
   */
  public static RunHistory read(Path journal) throws IOException {
    return read(JournalLines.read(journal), journal.toString());
  }

  /** Reads the lines of a journal that errors call by this name. */
  static RunHistory read(JournalLines lines, String name) throws JournalException {
    List<String> records = lines.records();
    if (records.isEmpty()) {
      throw new JournalException("%s: the journal has no header yet".formatted(name));
    }
    Fold fold = new Fold(HeaderJson.read(parse(name, 1, records.getFirst())));
    for (int line = 2; line <= records.size(); line++) {
      JsonNode record = parse(name, line, records.get(line - 1));
      Optional<String> problem = fold.add(record);
      if (problem.isPresent()) {
        throw new JournalException("%s, line %d: %s".formatted(name, line, problem.get()));
      }
    }
    return fold.history(lines.chain());
  }

  /**
   * What archives of another kind or with other axes would have made of the same candidates, in the
   * same order. Nothing is scored again; parents, and so the candidates themselves, are those that
   * the run's own archives led to.
   *
   * <p>Candidates that were stopped early are left out: other archives might have taken them. Those
   * that were scored again are offered with all their items.
   *
   * @param form of what kind
   * @param axes one axis per task, in task order
   */
  public ArchiveCycle replayed(ArchiveForm form, List<Axis> axes) {
    ArchiveCycle cycle = ArchiveCycle.of(axes, header.settings().layouts(form, axes), form.add());
    Map<Integer, CandidateRecord> again = scoredAgain();
    for (CandidateRecord candidate : candidates) {
      again.getOrDefault(candidate.number(), candidate).elite().ifPresent(cycle::offer);
    }
    return cycle;
  }

  /** Those that were scored again, with all their items, by number. */
  public SortedMap<Integer, CandidateRecord> scoredAgain() {
    SortedMap<Integer, CandidateRecord> again = new TreeMap<>();
    for (Round round : rounds) {
      for (Round.Found each : round.found()) {
        each.further()
            .ifPresent(further ->
                again.put(each.candidate(), candidates.get(each.candidate()).with(further)));
      }
    }
    return again;
  }

  /**
   * The first parent's share in the crossover that made a child; the second parent has the rest.
   * The journal need not hold it, since it follows from seed and number.
   *
   * @param child number of a child
   * @param key which tensors, by {@link org.cycleqd.spectral.Granularity#key}
   * @throws IllegalArgumentException if the run has no such child, or it is made otherwise
   */
  public double firstShare(int child, String key) {
    if (child < 0
        || child >= candidates.size()
        || !(candidates.get(child).origin() instanceof CandidateRecord.Origin.Child)) {
      throw new IllegalArgumentException(
          "candidate %d is no child of two parents of this run".formatted(child));
    }
    return Breeding.share(ForkPoint.settings(header, child), child, key);
  }

  /** Why the search is over; empty while it is not, also when it only pauses. */
  public Optional<Ending> ending() {
    LimitMeter meter = new LimitMeter(header.settings());
    candidates.forEach(meter::count);
    rounds.forEach(meter::count);
    return meter.ending();
  }

  private static JsonNode parse(String journal, int line, String record) throws JournalException {
    try {
      return MAPPER.readTree(record);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          "%s, line %d: %s".formatted(journal, line, e.getOriginalMessage()));
    }
  }

  /** Collects records in journal order. */
  private static final class Fold {

    private final RunHeader header;
    private final List<CandidateRecord> candidates = new ArrayList<>();
    private final List<Point> curve = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final List<Integer> taken = new ArrayList<>();
    private Optional<ArchiveCycle> cycle = Optional.empty();
    private Optional<ArchiveCycle> confirmed = Optional.empty();
    private double best = Double.NEGATIVE_INFINITY;

    Fold(RunHeader header) {
      this.header = header;
    }

    /** Adds a record; gives what is wrong with it, if anything. */
    Optional<String> add(JsonNode record) {
      if (record.path("type").asText().equals(LayoutJson.ARCHIVES)) {
        ArchiveCycle fresh = LayoutJson.readArchives(record, header.settings().form());
        cycle = Optional.of(fresh);
        confirmed = Optional.of(LayoutJson.readArchives(record, header.settings().form()));
        candidates.replaceAll(seed -> offer(fresh, seed));
        return Optional.empty();
      }
      if (record.path("type").asText().equals(RecordJson.ROUND)) {
        return confirm(RecordJson.readRound(record));
      }
      CandidateRecord candidate = RecordJson.readCandidate(record);
      if (candidate.number() != candidates.size()) {
        return Optional.of(
            "expected candidate %d, found candidate %d"
                .formatted(candidates.size(), candidate.number()));
      }
      if (candidate.result() instanceof Result.Stopped(List<SeenScores> seen)
          && !rightlyStopped(candidate.number(), seen)) {
        return Optional.of(
            "candidate %d was stopped, but an archive might take it or its mean be the best"
                .formatted(candidate.number()));
      }
      if (candidate.child() && candidate.scores().isPresent()) {
        best = Math.max(best, fitness(candidate).mean());
      }
      CandidateRecord folded = cycle.map(archives -> offer(archives, candidate)).orElse(candidate);
      candidates.add(folded);
      return folded.equals(candidate)
          ? Optional.empty()
          : Optional.of(
              "the outcomes of candidate %d do not follow from the scores"
                  .formatted(candidate.number()));
    }

    private Optional<String> confirm(Round round) {
      if (confirmed.isEmpty()
          || round.after() != candidates.size() - 1
          || !round.found().stream().map(Round.Found::candidate).toList().equals(taken)) {
        return Optional.of(
            "a round after candidate %d over %d candidates, expected one after candidate %d over %d"
                .formatted(
                    round.after(), round.found().size(), candidates.size() - 1, taken.size()));
      }
      for (Round.Found each : round.found()) {
        each.further()
            .flatMap(further -> candidates.get(each.candidate()).with(further).elite())
            .ifPresent(confirmed.get()::offer);
      }
      taken.clear();
      rounds.add(round);
      ArchiveCycle now = cycle.orElseThrow();
      now.restore(confirmed.get());
      curve.set(curve.size() - 1, point(candidates.size() - 1, now));
      return Optional.empty();
    }

    private static Point point(int candidate, ArchiveCycle archives) {
      return new Point(candidate, archives.archives().stream().map(ArchiveView::metrics).toList());
    }

    /**
     * By the rule under which the candidate was bred, and this run's archives: bars only rise, so
     * what was closed when it was bred is closed now.
     */
    private boolean rightlyStopped(int number, List<SeenScores> seen) {
      Optional<Bars> bars = cycle.flatMap(ArchiveCycle::bars).map(own -> new Bars(own, best));
      return switch (ForkPoint.settings(header, number).stopping()) {
        case null -> false;
        case Stopping.Lossless lossless ->
            bars.map(own -> own.closed(lossless.bounds(seen))).orElse(false);
        case Stopping.Racing racing ->
            bars.map(own -> own.closed(racing.bounds(seen))).orElse(false);
        case Stopping.Predictive _ -> true; // a prediction proves nothing
      };
    }

    private static CandidateFitness fitness(CandidateRecord candidate) {
      return new CandidateFitness(candidate.number(), candidate.scores().orElseThrow());
    }

    private CandidateRecord offer(ArchiveCycle archives, CandidateRecord candidate) {
      List<AddOutcome> outcomes = candidate.elite().map(archives::offer).orElse(List.of());
      if (outcomes.stream().anyMatch(AddOutcome::taken)) {
        taken.add(candidate.number());
      }
      curve.add(point(candidate.number(), archives));
      return candidate.offered(outcomes);
    }

    RunHistory history(String digest) {
      return new RunHistory(
          digest,
          header,
          cycle.map(ArchiveCycle::axes).orElse(List.of()),
          candidates,
          cycle.map(ArchiveCycle::archives).orElse(List.of()),
          curve,
          rounds);
    }
  }
}
