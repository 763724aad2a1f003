package org.cycleqd.engine;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.cycleqd.archive.ArchiveView;

/**
 * Writes when each candidate was recorded to {@code times.jsonl} beside the journal: times differ
 * from run to run, so they have no place in the journal. One line per candidate and start, {@code
 * {"candidate":3,"time":"2026-01-01T00:00:00Z"}}; nothing reads it back.
 */
public final class TimeLog implements SearchListener, Closeable {

  /** The file's name in a run's folder. */
  public static final String FILE = "times.jsonl";

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
