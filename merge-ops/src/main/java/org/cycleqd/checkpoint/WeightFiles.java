package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cycleqd.tensor.SafetensorsException;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/** The weight files of a folder: one, or shards with an index that agrees with them. */
final class WeightFiles implements AutoCloseable {

  private final Path folder;
  private final LinkPolicy links;
  private final ProblemSink problems;
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();
  private final Map<String, TensorLocation> locations = new LinkedHashMap<>();

  private WeightFiles(Path folder, LinkPolicy links, ProblemSink problems) {
    this.folder = folder;
    this.links = links;
    this.problems = problems;
  }

  /** Opens what can be opened; whether something is wrong with it, the sink is told. */
  static WeightFiles open(Path folder, LinkPolicy links, ProblemSink problems) throws IOException {
    WeightFiles weights = new WeightFiles(folder, links, problems);
    try {
      weights.open();
      return weights;
    } catch (IOException | RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** All tensors of all files. */
  Map<String, TensorView> tensors() {
    return tensors;
  }

  /** Where each tensor is. */
  Map<String, TensorLocation> locations() {
    return locations;
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  private void open() throws IOException {
    boolean single = exists(CheckpointFiles.WEIGHTS);
    boolean sharded = exists(CheckpointFiles.INDEX);
    String both = CheckpointFiles.WEIGHTS + " or " + CheckpointFiles.INDEX;
    if (single == sharded) {
      problems.report(
          new CheckpointException(
              folder,
              "weights",
              single ? "both " + both.replace(" or ", " and ") : "neither of them",
              both + " (only safetensors are read)"));
    } else if (single) {
      openFile(CheckpointFiles.WEIGHTS);
    } else {
      openShards();
    }
  }

  private boolean exists(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) || Files.isSymbolicLink(file);
  }

  private void openShards() throws IOException {
    Path indexFile = folder.resolve(CheckpointFiles.INDEX);
    ShardIndex index;
    try {
      links.require(indexFile, "the index of the shards");
      index = ShardIndex.read(indexFile);
    } catch (CheckpointException e) {
      problems.report(e);
      return;
    }
    Set<String> unread = new LinkedHashSet<>();
    for (String shard : new LinkedHashSet<>(index.files().values())) {
      @Nullable SafetensorsFile file = openFile(shard);
      if (file == null) {
        unread.add(shard);
      } else {
        requireMapped(index, indexFile, shard, file);
      }
    }
    for (Map.Entry<String, String> entry : index.files().entrySet()) {
      if (!tensors.containsKey(entry.getKey()) && !unread.contains(entry.getValue())) {
        problems.report(
            new CheckpointException(
                folder.resolve(entry.getValue()),
                "tensor " + entry.getKey(),
                "none",
                "it here, as the index says"));
      }
    }
    if (unread.isEmpty()) {
      requireTotal(index);
    }
  }

  private void requireTotal(ShardIndex index) throws IOException {
    try {
      index.requireTotal(tensors.values().stream().mapToLong(view -> view.spec().bytes()).sum());
    } catch (CheckpointException e) {
      problems.report(e);
    }
  }

  private void requireMapped(ShardIndex index, Path indexFile, String shard, SafetensorsFile file)
      throws IOException {
    for (String name : file.tensors().keySet()) {
      String mapped = index.files().get(name);
      if (!shard.equals(mapped)) {
        problems.report(
            new CheckpointException(
                indexFile,
                "tensor " + name,
                mapped == null ? "no entry" : mapped,
                shard + ", which holds it"));
      }
    }
  }

  /** Opens one file, or reports what is wrong with it. */
  private @Nullable SafetensorsFile openFile(String name) throws IOException {
    Path path = folder.resolve(name);
    SafetensorsFile file;
    try {
      links.require(path, "a weight file");
      file = SafetensorsFile.open(path);
    } catch (CheckpointException | SafetensorsException e) {
      problems.report(e);
      return null;
    }
    files.add(file);
    file.tensors()
        .forEach((tensor, view) -> {
          tensors.put(tensor, view);
          locations.put(tensor, new TensorLocation(path, file.offset(tensor)));
        });
    return file;
  }
}
