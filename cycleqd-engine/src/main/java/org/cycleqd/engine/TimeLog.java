package org.cycleqd.engine;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cycleqd.archive.ArchiveView;

/**
 * Writes when each candidate was recorded to {@code times.jsonl} beside the journal: times differ
 * from run to run, so they have no place in the journal. One line per candidate and start, {@code
 * {"candidate":3,"time":"2026-01-01T00:00:00Z"}}. It only serves to tell how fast a run is.
 */
public final class TimeLog implements SearchListener, Closeable {

  /** The file's name in a run's folder. */
  public static final String FILE = "times.jsonl";

  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"candidate\":(\\d{1,9}),\"time\":\"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z)\"}");

  private final BufferedWriter writer;
  private final InstantSource clock;

  private TimeLog(BufferedWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /** Opens the file in a run's folder, to append to it. */
  public static TimeLog open(Path directory, InstantSource clock) throws IOException {
    Files.createDirectories(directory);
    return new TimeLog(
        Files.newBufferedWriter(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        clock);
  }

  /**
   * A line of the file.
   *
   * @param candidate number of a candidate
   * @param time when it was recorded
   */
  public record Entry(int candidate, Instant time) {}

  /**
   * Reads the file of a run's folder. Without it, and from the first odd line on, nothing is known.
   */
  public static List<Entry> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher found = LINE.matcher(line);
      if (found.matches()) {
        entries.add(new Entry(Integer.parseInt(found.group(1)), Instant.parse(found.group(2))));
      }
    }
    return List.copyOf(entries);
  }

  @Override
  public void inserted(CandidateRecord candidate, List<ArchiveView> archives) {
    try {
      writer.write(
          "{\"candidate\":%d,\"time\":\"%s\"}\n".formatted(candidate.number(), clock.instant()));
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
