package org.cycleqd.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.cycleqd.tensor.AtomicFile;

/** Makes a report: one HTML file that needs no network, no scripts and no other file. */
public final class ReportWriter {

  private static final String TEMPLATE = "report.html";

  private ReportWriter() {}

  /** Writes the report; readers see the old file or the new one, never a part. */
  public static void write(Path file, ReportContent content) throws IOException {
    AtomicFile.write(file, html(content));
  }

  /** The report as text. */
  public static String html(ReportContent content) {
    ReportFigures figures = ReportFigures.of(content);
    return Mustache.compiler()
        .escapeHTML(true)
        .emptyStringIsFalse(true)
        .compile(template())
        .execute(ReportView.of(content, figures));
  }

  private static String template() {
    try (InputStream stream =
        Objects.requireNonNull(
            ReportWriter.class.getResourceAsStream(TEMPLATE), "resource " + TEMPLATE)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
