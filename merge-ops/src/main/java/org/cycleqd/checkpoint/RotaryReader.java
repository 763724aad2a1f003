package org.cycleqd.checkpoint;

import java.util.Optional;
import java.util.Set;

/** Reads the rotary settings of {@code config.json} in either dialect. */
final class RotaryReader {

  private static final double DEFAULT_THETA = 10_000;
  private static final String FACTOR = "factor";
  private static final String LOW = "low_freq_factor";
  private static final String HIGH = "high_freq_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final Set<String> COMMON = Set.of("rope_type", "type", "rope_theta");
  private static final Set<String> LLAMA3 =
      Set.of("rope_type", "type", "rope_theta", FACTOR, LOW, HIGH, ORIGINAL);

  private final JsonObject json;

  RotaryReader(JsonObject json) {
    this.json = json;
  }

  RotaryEmbedding read() throws CheckpointException {
    Optional<JsonObject> current = json.object("rope_parameters");
    Optional<JsonObject> former = json.object("rope_scaling");
    Optional<Llama3Scaling> scaling = scaling(current);
    if (former.isPresent()) {
      Optional<Llama3Scaling> formerScaling = scaling(former);
      if (current.isPresent() && !scaling.equals(formerScaling)) {
        throw json.refusal(
            "rope_scaling", shown(formerScaling), "the same as rope_parameters, " + shown(scaling));
      }
      scaling = formerScaling;
    }
    return new RotaryEmbedding(theta(current), scaling);
  }

  private double theta(Optional<JsonObject> current) throws CheckpointException {
    boolean nested = current.isPresent() && current.get().has("rope_theta");
    if (!nested) {
      return json.has("rope_theta") ? json.number("rope_theta") : DEFAULT_THETA;
    }
    double theta = current.get().number("rope_theta");
    if (json.has("rope_theta") && json.number("rope_theta") != theta) {
      throw json.refusal(
          "rope_theta",
          Double.toString(json.number("rope_theta")),
          "the same as rope_parameters.rope_theta " + theta);
    }
    return theta;
  }

  private static Optional<Llama3Scaling> scaling(Optional<JsonObject> settings)
      throws CheckpointException {
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    JsonObject rope = settings.get();
    String type = type(rope);
    return switch (type) {
      case "default" -> {
        requireOnly(rope, type, COMMON);
        yield Optional.empty();
      }
      case "llama3" -> {
        requireOnly(rope, type, LLAMA3);
        yield Optional.of(
            new Llama3Scaling(
                rope.number(FACTOR), rope.number(LOW), rope.number(HIGH), rope.integer(ORIGINAL)));
      }
      default -> throw rope.refusal("rope_type", type, "default or llama3");
    };
  }

  private static String type(JsonObject rope) throws CheckpointException {
    Optional<String> current = rope.optionalText("rope_type");
    Optional<String> former = rope.optionalText("type");
    if (current.isPresent() && former.isPresent() && !current.equals(former)) {
      throw rope.refusal("type", former.get(), "the same as rope_type " + current.get());
    }
    return current.or(() -> former).orElse("default");
  }

  private static void requireOnly(JsonObject rope, String type, Set<String> known)
      throws CheckpointException {
    for (String field : rope.fields()) {
      if (!known.contains(field) && rope.has(field)) {
        throw rope.refusal(field, "a setting", "none of this name for rope_type " + type);
      }
    }
  }

  private static String shown(Optional<Llama3Scaling> scaling) {
    return scaling.map(Llama3Scaling::toString).orElse("no scaling");
  }
}
