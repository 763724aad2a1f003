package org.cycleqd.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cycleqd.tensor.TensorSpec;

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

  /** The text of the index that belongs to the weight files of a plan. */
  static String text(ShardPlan plan) throws JsonProcessingException {
    SortedMap<String, String> files = new TreeMap<>();
    long bytes = 0;
    long parameters = 0;
    for (Map.Entry<String, List<TensorSpec>> file : plan.files().entrySet()) {
      for (TensorSpec spec : file.getValue()) {
        files.put(spec.name(), file.getKey());
        bytes += spec.bytes();
        parameters += spec.elements();
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.putObject("metadata").put("total_size", bytes).put("total_parameters", parameters);
    files.forEach(json.putObject("weight_map")::put);
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
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
