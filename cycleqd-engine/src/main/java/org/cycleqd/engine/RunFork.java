package org.cycleqd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.jspecify.annotations.Nullable;

/**
 * Starts a run from the first candidates of another. The new journal stands alone: it takes over
 * the scores, what its own archives make of them, and the settings by which those candidates were
 * bred; running the search in its folder goes on from there.
 */
public final class RunFork {

  private RunFork() {}

  /**
   * Writes the journal of a fork.
   *
   * @param from folder of the run to leave; it may be running
   * @param candidate number of the last candidate to take over, not below the last expert's
   * @param to the new run's folder, without a journal
   * @param settings of the new run, with the same tasks
   * @throws IllegalArgumentException if there is no such candidate, or the settings do not fit,
   *     such as archives that might take a candidate that was stopped early
   * @throws FileAlreadyExistsException if the folder holds a journal
   */
  public static void write(Path from, int candidate, Path to, SearchSettings settings)
      throws IOException {
    Path journal = RunHistory.journal(from);
    RunHistory history = RunHistory.read(journal);
    check(history, candidate, settings);
    RunHeader header =
        new RunHeader(
            RunHeader.FORMAT,
            history.header().digests(),
            history.header().experts(),
            history.header().layout(),
            settings,
            point(history.header(), candidate, chain(journal, history, candidate)));
    Files.createDirectories(to);
    Path target = RunHistory.journal(to);
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    String text = text(header, history, candidate);
    try {
      RunHistory.read(JournalLines.read(text.getBytes(UTF_8), target), "the fork");
    } catch (JournalException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; keep the archives' settings, or fork before it", e);
    }
    publish(target, text);
  }

  /** The journal is there completely or not at all, also after the machine has stopped. */
  private static void publish(Path target, String text) throws IOException {
    Path temporary = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Journal.forceDirectory(target.resolveSibling(""));
  }

  private static void check(RunHistory history, int candidate, SearchSettings settings) {
    int experts = history.header().experts().size();
    if (candidate < experts - 1 || candidate >= history.candidates().size()) {
      throw new IllegalArgumentException(
          "candidate %d: expected one from %d, the last expert, to %d, the last of the run"
              .formatted(candidate, experts - 1, history.candidates().size() - 1));
    }
    List<String> tasks = history.header().settings().taskNames();
    if (!settings.taskNames().equals(tasks)) {
      throw new IllegalArgumentException(
          "tasks: found %s, expected those of the run, %s".formatted(settings.taskNames(), tasks));
    }
    if (settings.reevaluation() != null || history.header().settings().reevaluation() != null) {
      throw new IllegalArgumentException(
          "a run that scores elites again can neither be left for another nor begin at another's candidate");
    }
    if (settings.children() < candidate - experts + 1) {
      throw new IllegalArgumentException(
          "children: found %d, expected at least the %d that are taken over"
              .formatted(settings.children(), candidate - experts + 1));
    }
  }

  private static ForkPoint point(RunHeader header, int candidate, String chain) {
    SearchSettings settings = header.settings();
    @Nullable ForkPoint fork = header.fork();
    while (fork != null && candidate <= fork.candidate()) {
      settings = fork.settings();
      fork = fork.fork();
    }
    return new ForkPoint(candidate, chain, settings, fork);
  }

  private static String chain(Path journal, RunHistory history, int candidate) throws IOException {
    int experts = history.header().experts().size();
    List<String> records = JournalLines.read(journal).records();
    String chain = "";
    // Before the children stand the header and the archives' axes.
    for (String record : records.subList(0, candidate + (candidate < experts ? 2 : 3))) {
      chain = JournalLines.chain(chain, record);
    }
    return chain;
  }

  private static String text(RunHeader header, RunHistory history, int candidate) {
    int experts = header.experts().size();
    List<ObjectNode> records = new ArrayList<>();
    records.add(HeaderJson.write(header));
    List<CandidateRecord> seeds = history.candidates().subList(0, experts);
    seeds.forEach(seed -> records.add(RecordJson.candidate(seed)));
    SearchSettings settings = header.settings();
    List<Axis> axes =
        Stretch.axes(settings, seeds.stream().map(seed -> seed.scores().orElseThrow()).toList());
    List<CellLayout> layouts = settings.layouts(settings.form(), axes);
    records.add(LayoutJson.archives(axes, layouts));
    ArchiveCycle archives = ArchiveCycle.of(axes, layouts, settings.form().add());
    for (CandidateRecord each : history.candidates().subList(0, candidate + 1)) {
      CandidateRecord offered =
          each.elite().map(elite -> each.offered(archives.offer(elite))).orElse(each);
      if (each.child()) {
        records.add(RecordJson.candidate(offered));
      }
    }
    StringBuilder text = new StringBuilder();
    String chain = "";
    for (ObjectNode record : records) {
      String json = record.toString();
      chain = JournalLines.chain(chain, json);
      text.append(JournalLines.line(chain, json)).append('\n');
    }
    return text.toString();
  }
}
