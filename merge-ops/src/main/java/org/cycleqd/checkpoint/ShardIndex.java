package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The index of a sharded model: which file holds which tensor. */
final class ShardIndex {

  private final JsonObject json;
  private final Map<String, String> files;

  private ShardIndex(JsonObject json, Map<String, String> files) {
    this.json = json;
    this.files = files;
  }

  static ShardIndex read(Path file) throws IOException {
    JsonObject json = JsonObject.read(file);
    JsonObject map =
        json.object("weight_map")
            .orElseThrow(() -> json.refusal("weight_map", "nothing", "an object"));
    Map<String, String> files = new LinkedHashMap<>();
    for (String tensor : map.fields()) {
      String shard = map.text(tensor);
      if (!CheckpointFiles.isPlainName(shard) || !shard.endsWith(".safetensors")) {
        throw map.refusal(tensor, shard, "the plain name of a .safetensors file in this folder");
      }
      files.put(tensor, shard);
    }
    if (files.isEmpty()) {
      throw json.refusal("weight_map", "no tensor", "all tensors of the model");
    }
    return new ShardIndex(json, files);
  }

  /** File name of each tensor. */
  Map<String, String> files() {
    return files;
  }

  void requireTotal(long bytes) throws CheckpointException {
    Optional<JsonObject> metadata = json.object("metadata");
    if (metadata.isEmpty() || !metadata.get().has("total_size")) {
      return;
    }
    double total = metadata.get().number("total_size");
    if (total != (double) bytes) {
      throw metadata
          .get()
          .refusal("total_size", "%.0f".formatted(total), bytes + ", the tensors' size in bytes");
    }
  }
}
