package org.cycleqd.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.cycleqd.tensor.DType;

/** Changes to a model's {@code config.json} that keep its dialect and the fields we do not know. */
public final class ConfigEdit {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LAYERS = "num_hidden_layers";
  private static final String DTYPE = "dtype";
  private static final String FORMER_DTYPE = "torch_dtype";

  private ConfigEdit() {}

  /**
   * The text of a folder's {@code config.json} with another number of layers and another dtype.
   *
   * @param dtype the dtype to declare, or empty to leave it
   * @return the text to the letter where nothing changes
   * @throws IOException if the file cannot be read
   */
  public static String of(Path folder, int layers, Optional<DType> dtype) throws IOException {
    Path file = folder.resolve(CheckpointFiles.CONFIG);
    String text = Files.readString(file);
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, e);
    }
    if (!(node instanceof ObjectNode json)) {
      throw new CheckpointException(file, "file", "no object", "an object");
    }
    ObjectNode before = json.deepCopy();
    json.put(LAYERS, layers);
    if (dtype.isPresent()) {
      String name = dtype.get().torchName();
      if (json.has(DTYPE)) {
        json.put(DTYPE, name);
      }
      if (json.has(FORMER_DTYPE) || !json.has(DTYPE)) {
        json.put(FORMER_DTYPE, name);
      }
    }
    return json.equals(before)
        ? text
        : MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }
}
