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
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;

/** The weight files of a folder: one, or shards with an index that agrees with them. */
final class WeightFiles implements AutoCloseable {

  private final Path folder;
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();

  private WeightFiles(Path folder) {
    this.folder = folder;
  }

  static WeightFiles open(Path folder) throws IOException {
    WeightFiles weights = new WeightFiles(folder);
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

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  private void open() throws IOException {
    boolean single = Files.exists(folder.resolve(CheckpointFiles.WEIGHTS));
    boolean sharded = Files.exists(folder.resolve(CheckpointFiles.INDEX));
    String both = CheckpointFiles.WEIGHTS + " or " + CheckpointFiles.INDEX;
    if (single == sharded) {
      throw new CheckpointException(
          folder,
          "weights",
          single ? "both " + both.replace(" or ", " and ") : "neither of them",
          both + " (only safetensors are read)");
    }
    if (single) {
      openFile(CheckpointFiles.WEIGHTS);
    } else {
      openShards();
    }
  }

  private void openShards() throws IOException {
    Path indexFile = folder.resolve(CheckpointFiles.INDEX);
    CheckpointFiles.requireRegular(indexFile, "the index of the shards");
    ShardIndex index = ShardIndex.read(indexFile);
    Set<String> shards = new LinkedHashSet<>(index.files().values());
    for (String shard : shards) {
      for (String name : openFile(shard).tensors().keySet()) {
        String mapped = index.files().get(name);
        if (!shard.equals(mapped)) {
          throw new CheckpointException(
              indexFile,
              "tensor " + name,
              mapped == null ? "no entry" : mapped,
              shard + ", which holds it");
        }
      }
    }
    for (Map.Entry<String, String> entry : index.files().entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw new CheckpointException(
            folder.resolve(entry.getValue()),
            "tensor " + entry.getKey(),
            "none",
            "it here, as the index says");
      }
    }
    long total = tensors.values().stream().mapToLong(view -> view.spec().bytes()).sum();
    index.requireTotal(total);
  }

  private SafetensorsFile openFile(String name) throws IOException {
    Path path = folder.resolve(name);
    CheckpointFiles.requireRegular(path, "a weight file");
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    tensors.putAll(file.tensors());
    return file;
  }
}
