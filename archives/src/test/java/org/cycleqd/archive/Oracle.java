package org.cycleqd.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Reads the recorded answers of another library; tests that need them are skipped without. */
final class Oracle {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Oracle() {}

  static Path file(String name) {
    Path folder =
        Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/golden/qd").normalize();
    Assumptions.assumeTrue(Files.isDirectory(folder), "no recorded archive answers at " + folder);
    return folder.resolve(name);
  }

  static JsonNode json(String name) throws IOException {
    return JSON.readTree(file(name).toFile());
  }

  /** One array of a safetensors file, as doubles. */
  static double[] tensor(String name, String tensor) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong();
    byte[] header = new byte[length];
    bytes.get(header);
    JsonNode entry = JSON.readTree(new String(header, UTF_8)).get(tensor);
    int begin = 8 + length + entry.get("data_offsets").get(0).asInt();
    int end = 8 + length + entry.get("data_offsets").get(1).asInt();
    String type = entry.get("dtype").asText();
    int size = type.equals("F64") ? 8 : type.equals("I32") ? 4 : 1;
    double[] values = new double[(end - begin) / size];
    for (int i = 0; i < values.length; i++) {
      int at = begin + i * size;
      values[i] = size == 8 ? bytes.getDouble(at) : size == 4 ? bytes.getInt(at) : bytes.get(at);
    }
    return values;
  }

  static List<Axis> axes(JsonNode dims, JsonNode ranges) {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < dims.size(); a++) {
      JsonNode range = ranges.get(a);
      axes.add(
          Axis.of(
              "axis " + a, range.get(0).asDouble(), range.get(1).asDouble(), dims.get(a).asInt()));
    }
    return axes;
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
