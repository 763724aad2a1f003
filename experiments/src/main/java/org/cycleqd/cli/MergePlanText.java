package org.cycleqd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Licence;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.MergeProbe;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.ByteSize;

/** Shows a merge plan. */
final class MergePlanText {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final MergePlan plan;
  private final List<CheckpointException> conflicts;
  private final Tiles tiles;
  private final Optional<MergeProbe> probe;

  /**
   * A plan to show.
   *
   * @param conflicts all that is wrong with models and target
   */
  MergePlanText(
      MergePlan plan,
      List<CheckpointException> conflicts,
      Tiles tiles,
      Optional<MergeProbe> probe) {
    this.plan = plan;
    this.conflicts = conflicts;
    this.tiles = tiles;
    this.probe = probe;
  }

  String text() throws IOException {
    StringBuilder text = new StringBuilder();
    TextTable models = TextTable.of("model", "folder", "licence");
    Map<String, Optional<Licence>> licences = plan.licences();
    for (Map.Entry<String, Path> model : plan.models().entrySet()) {
      models =
          models.with(
              model.getKey(),
              model.getValue().toString(),
              licences
                  .getOrDefault(model.getKey(), Optional.empty())
                  .map(Licence::name)
                  .orElse("none declared"));
    }
    text.append(models.render()).append('\n');
    line(text, "method", plan.recipe().mergeMethod());
    line(text, "tensors", Integer.toString(plan.tasks().size()));
    line(text, "parameters", String.format(Locale.ROOT, "%,d", parameters()));
    line(text, "to read", ByteSize.of((double) plan.bytesToRead()));
    line(text, "to write", ByteSize.of((double) plan.bytesToWrite()));
    line(
        text,
        "working memory",
        "%s beside the mapped files, with %d threads"
            .formatted(ByteSize.of((double) plan.workingBytes(tiles)), tiles.threads()));
    probe.ifPresent(rates ->
        line(
            text,
            "expected time",
            String.format(
                Locale.ROOT,
                "%.1f s: merging at %s/s, writing at %s/s as measured now",
                rates.seconds(plan.bytesToWrite()),
                ByteSize.of(rates.mergeRate()),
                ByteSize.of(rates.writeRate()))));
    plan.notices().forEach(notice -> line(text, "note", notice));
    if (licenceNames(licences).size() > 1) {
      line(text, "note", "the parents' licences differ: check that they allow a merge");
    }
    if (conflicts.isEmpty()) {
      line(text, "conflicts", "none");
    }
    conflicts.forEach(conflict -> line(text, "conflict", String.valueOf(conflict.getMessage())));
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-15s %s%n", label, value));
  }

  private long parameters() {
    return plan.tasks().values().stream().mapToLong(task -> task.output().elements()).sum();
  }

  private static Set<String> licenceNames(Map<String, Optional<Licence>> licences) {
    Set<String> names = new TreeSet<>();
    licences.values().forEach(licence -> names.add(licence.map(Licence::name).orElse("")));
    return names;
  }

  String json() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("method", plan.recipe().mergeMethod());
    ArrayNode models = json.putArray("models");
    Map<String, Optional<Licence>> licences = plan.licences();
    plan.models()
        .forEach((name, folder) -> {
          ObjectNode model = models.addObject().put("name", name).put("folder", folder.toString());
          licences
              .getOrDefault(name, Optional.empty())
              .ifPresent(licence -> model.put("licence", licence.name()));
        });
    json.put("tensors", plan.tasks().size());
    json.put("parameters", parameters());
    json.put("bytesToRead", plan.bytesToRead());
    json.put("bytesToWrite", plan.bytesToWrite());
    json.put("workingBytes", plan.workingBytes(tiles));
    json.put("threads", tiles.threads());
    probe.ifPresent(rates -> {
      json.put("expectedSeconds", rates.seconds(plan.bytesToWrite()));
      json.put("mergeBytesPerSecond", rates.mergeRate());
      json.put("writeBytesPerSecond", rates.writeRate());
    });
    ArrayNode notices = json.putArray("notices");
    plan.notices().forEach(notices::add);
    ArrayNode wrong = json.putArray("conflicts");
    conflicts.forEach(conflict -> wrong.add(conflict.getMessage()));
    return pretty(json);
  }

  /** What a finished merge was, for programs. */
  static String result(MergePlan plan, Path target, double seconds) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("model", target.toString());
    json.put("method", plan.recipe().mergeMethod());
    json.put("tensors", plan.tasks().size());
    json.put("bytes", plan.bytesToWrite());
    json.put("seconds", seconds);
    ArrayNode notices = json.putArray("notices");
    plan.notices().forEach(notices::add);
    return pretty(json);
  }

  private static String pretty(ObjectNode json) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
