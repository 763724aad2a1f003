package org.cycleqd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.Licence;
import org.cycleqd.checkpoint.TensorLocation;
import org.cycleqd.tensor.ByteSize;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorSpec;

/**
 * What {@code cycleqd inspect} shows of a model folder or a weight file.
 *
 * @param path what was looked at
 * @param architecture fields of {@code config.json}; empty for a file
 * @param facts what else is known, as text by name
 * @param lists what there may be several of, by name
 * @param tensors all tensors and where they are
 */
record Inspection(
    Path path,
    SequencedMap<String, String> architecture,
    SequencedMap<String, String> facts,
    SequencedMap<String, List<String>> lists,
    SequencedMap<TensorSpec, TensorLocation> tensors) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tensors that have something in common. */
  private record Group(int tensors, long bytes) {

    static Group of(TensorSpec spec) {
      return new Group(1, spec.bytes());
    }

    Group plus(Group other) {
      return new Group(tensors + other.tensors, bytes + other.bytes);
    }
  }

  static Inspection of(Checkpoint model, boolean digest) throws IOException {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    Licence.of(model.folder())
        .ifPresent(
            licence -> facts.put("licence", "%s (%s)".formatted(licence.name(), licence.file())));
    if (digest) {
      facts.put("digest", model.digest());
    }
    SequencedMap<TensorSpec, TensorLocation> tensors = new LinkedHashMap<>();
    model.tensors().forEach((name, view) -> tensors.put(view.spec(), model.location(name)));
    SequencedMap<String, List<String>> lists = new LinkedHashMap<>();
    lists.put("tokenizer", model.tokenizerFiles());
    return new Inspection(model.folder(), model.config().facts(), facts, lists, tensors);
  }

  static Inspection of(SafetensorsFile file) {
    SequencedMap<String, List<String>> lists = new LinkedHashMap<>();
    List<String> metadata = new ArrayList<>();
    new TreeMap<>(file.metadata()).forEach((key, value) -> metadata.add(key + "=" + value));
    lists.put("metadata", metadata);
    SequencedMap<TensorSpec, TensorLocation> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach((name, view) ->
            tensors.put(view.spec(), new TensorLocation(file.path(), file.offset(name))));
    return new Inspection(
        file.path(), new LinkedHashMap<>(), new LinkedHashMap<>(), lists, tensors);
  }

  /**
   * Tables for people.
   *
   * @param every whether each tensor is listed
   */
  String toText(boolean every) {
    TextTable table = TextTable.of("field", "value").with("path", path.toString());
    for (Map.Entry<String, String> field : architecture.entrySet()) {
      table = table.with(field.getKey(), field.getValue());
    }
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      table = table.with(fact.getKey(), fact.getValue());
    }
    if (!architecture.isEmpty() && !facts.containsKey("licence")) {
      table = table.with("licence", "none declared");
    }
    for (Map.Entry<String, List<String>> list : lists.entrySet()) {
      String values = list.getValue().isEmpty() ? "none" : String.join(", ", list.getValue());
      table = table.with(list.getKey(), values);
    }
    table = table.with("parameters", String.format(Locale.ROOT, "%,d", parameters()));
    List<String> parts =
        new ArrayList<>(List.of(table.render(), table("dtype", dtypes()), table("file", files())));
    if (every) {
      parts.add(tensorTable());
    }
    return String.join("\n", parts);
  }

  /**
   * One document for machines.
   *
   * @param every whether each tensor is listed
   */
  ObjectNode toJson(boolean every) {
    ObjectNode root = JSON.createObjectNode().put("path", path.toString());
    if (!architecture.isEmpty()) {
      ObjectNode config = root.putObject("config");
      architecture.forEach((field, value) -> putValue(config, field, value));
    }
    facts.forEach(root::put);
    lists.forEach((name, values) -> values.forEach(root.putArray(name)::add));
    long bytes = tensors.keySet().stream().mapToLong(TensorSpec::bytes).sum();
    root.put("parameters", parameters()).put("bytes", bytes);
    putGroups(root.putObject("dtypes"), dtypes());
    putGroups(root.putObject("files"), files());
    if (every) {
      ArrayNode list = root.putArray("tensors");
      tensors.forEach((spec, location) -> {
        ObjectNode node = list.addObject();
        node.put("name", spec.name()).put("dtype", spec.dtype().name());
        spec.shape().forEach(node.putArray("shape")::add);
        node.put("file", fileName(location)).put("offset", location.offset());
      });
    }
    return root;
  }

  private long parameters() {
    return tensors.keySet().stream().mapToLong(TensorSpec::elements).sum();
  }

  private SequencedMap<String, Group> dtypes() {
    return groups((spec, _) -> spec.dtype().name());
  }

  private SequencedMap<String, Group> files() {
    return groups((_, location) -> fileName(location));
  }

  private SequencedMap<String, Group> groups(
      BiFunction<TensorSpec, TensorLocation, String> common) {
    SequencedMap<String, Group> groups = new TreeMap<>();
    tensors.forEach((spec, location) ->
        groups.merge(common.apply(spec, location), Group.of(spec), Group::plus));
    return groups;
  }

  private static String table(String title, Map<String, Group> groups) {
    TextTable table = TextTable.of(title, "tensors", "size");
    for (Map.Entry<String, Group> group : groups.entrySet()) {
      Group sum = group.getValue();
      table =
          table.with(
              group.getKey(), Integer.toString(sum.tensors()), ByteSize.of((double) sum.bytes()));
    }
    return table.render();
  }

  private String tensorTable() {
    TextTable header = TextTable.of("tensor", "dtype", "shape", "file", "offset");
    List<List<String>> rows =
        tensors.entrySet().stream()
            .map(entry ->
                List.of(
                    entry.getKey().name(),
                    entry.getKey().dtype().name(),
                    entry.getKey().shape().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(" x ")),
                    fileName(entry.getValue()),
                    Long.toString(entry.getValue().offset())))
            .toList();
    return new TextTable(header.header(), rows).render();
  }

  private static void putGroups(ObjectNode node, Map<String, Group> groups) {
    groups.forEach((name, sum) ->
        node.putObject(name).put("tensors", sum.tensors()).put("bytes", sum.bytes()));
  }

  /** Numbers, flags and lists of ids as what they are, the rest as text. */
  private static void putValue(ObjectNode node, String field, String value) {
    try {
      node.set(field, JSON.readTree(value));
    } catch (JsonProcessingException e) {
      node.put(field, value);
    }
  }

  private static String fileName(TensorLocation location) {
    return String.valueOf(location.file().getFileName());
  }
}
