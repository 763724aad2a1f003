package org.cycleqd.cli;

import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Grid;
import org.cycleqd.tensor.AtomicFile;

/**
 * The elites of all archives as an Apache Parquet file with the columns of the CSV: texts, 32-bit
 * numbers of cells, candidates and bins, doubles; a place that an archive has no axis for is null.
 */
record EliteParquet(ArchiveListing listing, ArchiveCycle cycle, List<String> tasks) {

  private static final String SCORE = "score_";

  private MessageType schema() {
    boolean grid = cycle.archives().getFirst().layout() instanceof Grid;
    List<Type> columns = new ArrayList<>();
    columns.add(text("archive"));
    columns.add(Types.required(PrimitiveTypeName.INT32).named("cell"));
    columns.add(Types.required(PrimitiveTypeName.INT32).named("candidate"));
    columns.add(Types.required(PrimitiveTypeName.DOUBLE).named("quality"));
    tasks.forEach(
        task -> columns.add(Types.required(PrimitiveTypeName.DOUBLE).named(SCORE + task)));
    tasks.forEach(task ->
        columns.add(
            Types.optional(grid ? PrimitiveTypeName.INT32 : PrimitiveTypeName.DOUBLE)
                .named(at() + task)));
    columns.add(text("from"));
    return new MessageType("elites", columns);
  }

  private static Type text(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  private String at() {
    return Cells.atName(cycle.archives().getFirst().layout()) + "_";
  }

  private SequencedMap<String, Object> row(ArchiveView archive, ArchiveSnapshot.Cell cell) {
    List<Double> scores = cell.elite().scores();
    SequencedMap<String, Object> row = new LinkedHashMap<>();
    row.put("archive", archive.taskName());
    row.put("cell", cell.index());
    row.put("candidate", cell.elite().candidate());
    row.put("quality", scores.get(archive.task()));
    for (int task = 0; task < tasks.size(); task++) {
      row.put(SCORE + tasks.get(task), scores.get(task));
    }
    List<Number> place = Cells.at(archive.layout(), cell.index());
    for (int axis = 0; axis < place.size(); axis++) {
      row.put(at() + tasks.get(axis < archive.task() ? axis : axis + 1), place.get(axis));
    }
    row.put("from", listing.origin(cell.elite().candidate()));
    return row;
  }

  /** Writes the file; it appears complete or not at all. */
  void write(Path file) throws IOException {
    Path folder = Files.createTempDirectory("elites");
    Path fresh = folder.resolve("elites.parquet");
    try {
      try (ParquetWriter<SequencedMap<String, Object>> writer =
          ParquetWriter.writeFile(
              schema(), fresh.toFile(), (row, values) -> row.forEach(values::write))) {
        for (ArchiveView archive : cycle.archives()) {
          for (ArchiveSnapshot.Cell cell : archive.contents()) {
            writer.write(row(archive, cell));
          }
        }
      }
      AtomicFile.write(file, Files.readAllBytes(fresh));
    } finally {
      Files.deleteIfExists(fresh);
      Files.delete(folder);
    }
  }
}
