package org.cycleqd.checkpoint.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.JsonObject;

/** Reads {@code adapter_config.json} and refuses by name whatever is not understood. */
final class AdapterConfigReader {

  /** Fields that the stored weights do not depend on. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "auto_mapping",
          "corda_config",
          "eva_config",
          "inference_mode",
          "loftq_config",
          "lora_dropout",
          "lora_ga_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "task_type");

  private static final Set<String> UNDERSTOOD =
      Set.of(
          "alpha_pattern",
          "base_model_name_or_path",
          "bias",
          "ensure_weight_tying",
          "exclude_modules",
          "init_lora_weights",
          "layers_pattern",
          "layers_to_transform",
          "lora_alpha",
          "lora_bias",
          "modules_to_save",
          "peft_type",
          "r",
          "rank_pattern",
          "target_modules",
          "use_dora",
          "use_rslora");

  /** Values of {@code init_lora_weights} that leave the base's weights as they are. */
  private static final Set<String> KEEPING_THE_BASE =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  /** What PEFT targets in a Llama model if it is not told. */
  private static final Set<String> DEFAULT_TARGETS = Set.of("q_proj", "v_proj");

  private static final int DEFAULT_RANK = 8;
  private static final double DEFAULT_ALPHA = 8;

  private final JsonObject json;

  private AdapterConfigReader(JsonObject json) {
    this.json = json;
  }

  static AdapterConfig read(Path file) throws IOException {
    return new AdapterConfigReader(JsonObject.read(file)).config();
  }

  private AdapterConfig config() throws CheckpointException {
    if (!json.text("peft_type").equals("LORA")) {
      throw json.refusal("peft_type", json.text("peft_type"), "LORA");
    }
    for (String field : json.fields()) {
      if (!NEUTRAL.contains(field) && !UNDERSTOOD.contains(field) && !json.isVoid(field)) {
        throw json.refusal(
            field, json.shown(field), "null or false, other values are not supported");
      }
    }
    requirePlainStart();
    return new AdapterConfig(
        rank(json, "r", DEFAULT_RANK),
        json.has("lora_alpha") ? finite(json, "lora_alpha") : DEFAULT_ALPHA,
        json.flagOr("use_rslora", false),
        json.flagOr("use_dora", false),
        bias(),
        json.flagOr("lora_bias", false),
        targets(),
        table("rank_pattern", (object, key) -> rank(object, key, DEFAULT_RANK)),
        table("alpha_pattern", AdapterConfigReader::finite),
        new SavedModules(json.texts("modules_to_save")),
        json.flagOr("ensure_weight_tying", false),
        json.optionalText("base_model_name_or_path"));
  }

  /**
   * How training started does not matter, except where the start was subtracted from the base: A
   * and B then belong to a base that is not at hand. Adapters converted to the original base say
   * true here.
   */
  private void requirePlainStart() throws CheckpointException {
    String start = json.shown("init_lora_weights").replace("\"", "").toLowerCase(Locale.ROOT);
    if (json.has("init_lora_weights") && !KEEPING_THE_BASE.contains(start)) {
      throw json.refusal(
          "init_lora_weights",
          json.shown("init_lora_weights"),
          "one of true, false, gaussian, eva, orthogonal; others may change the base, save the"
              + " adapter with path_initial_model_for_weight_conversion");
    }
  }

  private AdapterConfig.Bias bias() throws CheckpointException {
    String bias = json.optionalText("bias").orElse("none");
    return switch (bias) {
      case "none" -> AdapterConfig.Bias.NONE;
      case "all" -> AdapterConfig.Bias.ALL;
      case "lora_only" -> AdapterConfig.Bias.LORA_ONLY;
      default -> throw json.refusal("bias", bias, "one of none, all, lora_only");
    };
  }

  private ModuleRule targets() throws CheckpointException {
    if (json.isText("target_modules")) {
      for (String field : List.of("layers_to_transform", "layers_pattern")) {
        if (!json.isVoid(field)) {
          throw json.refusal(field, json.shown(field), "null, since target_modules is a string");
        }
      }
    }
    ModuleRule included =
        json.has("target_modules")
            ? rule("target_modules", layers())
            : new ModuleRule.Names(DEFAULT_TARGETS, layers());
    return json.isVoid("exclude_modules")
        ? included
        : new ModuleRule.Except(included, rule("exclude_modules", Optional.empty()));
  }

  private ModuleRule rule(String field, Optional<ModuleRule.Layers> layers)
      throws CheckpointException {
    if (!json.isText(field)) {
      return new ModuleRule.Names(new HashSet<>(json.texts(field)), layers);
    }
    String text = json.text(field);
    return text.equalsIgnoreCase("all-linear")
        ? new ModuleRule.AllLinear()
        : new ModuleRule.Expression(compiled(field, text));
  }

  private Optional<ModuleRule.Layers> layers() throws CheckpointException {
    List<Integer> numbers = json.integers("layers_to_transform");
    List<String> names =
        json.isText("layers_pattern")
            ? List.of(json.text("layers_pattern"))
            : json.texts("layers_pattern");
    if (numbers.isEmpty()) {
      return Optional.empty();
    }
    List<Pattern> patterns = new ArrayList<>();
    for (String name : names.isEmpty() ? List.of("[^.]*") : names) {
      patterns.add(compiled("layers_pattern", ".*\\." + name + "\\.(\\d+)\\."));
    }
    return Optional.of(new ModuleRule.Layers(new HashSet<>(numbers), patterns));
  }

  private Pattern compiled(String field, String expression) throws CheckpointException {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw json.refusal(field, expression, "a regular expression: " + e.getDescription());
    }
  }

  /** Reads the value of one key. */
  private interface Values<T> {
    T read(JsonObject object, String key) throws CheckpointException;
  }

  private <T> PatternTable<T> table(String field, Values<T> values) throws CheckpointException {
    List<PatternTable.Entry<T>> entries = new ArrayList<>();
    Optional<JsonObject> object = json.object(field);
    if (object.isPresent()) {
      for (String key : object.get().fields()) {
        Pattern pattern = compiled(field, "(.*\\.)?(" + key + ")");
        entries.add(new PatternTable.Entry<>(pattern, values.read(object.get(), key)));
      }
    }
    return new PatternTable<>(entries);
  }

  private static int rank(JsonObject object, String field, int otherwise)
      throws CheckpointException {
    int rank = object.integerOr(field, otherwise);
    if (rank < 1) {
      throw object.refusal(field, Integer.toString(rank), "1 or more");
    }
    return rank;
  }

  private static double finite(JsonObject object, String field) throws CheckpointException {
    double value = object.number(field);
    if (!Double.isFinite(value)) {
      throw object.refusal(field, Double.toString(value), "a finite number");
    }
    return value;
  }
}
