package org.cycleqd.checkpoint.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes {@code adapter_config.json} as PEFT does: keys sorted, two spaces of indentation. */
final class AdapterConfigText {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AdapterConfigText() {}

  static String of(AdapterContent content) {
    Map<String, Object> json = new TreeMap<>();
    int rank = commonRank(content.factors());
    double alpha = commonAlpha(content.factors(), rank);
    Map<String, Object> ranks = new TreeMap<>();
    Map<String, Object> alphas = new TreeMap<>();
    for (LowRankFactors factors : content.factors()) {
      String key = BaseModules.of(factors.tensor()).replace(".", "\\.");
      if (factors.rank() != rank) {
        ranks.put(key, factors.rank());
      }
      if (alpha(factors) != alpha) {
        alphas.put(key, number(alpha(factors)));
      }
    }
    json.put("alpha_pattern", alphas);
    json.put("base_model_name_or_path", content.baseModel());
    json.put("bias", "none");
    json.put("ensure_weight_tying", content.tied());
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.put("lora_alpha", number(alpha));
    json.put("lora_bias", false);
    json.put("lora_dropout", 0.0);
    json.put("modules_to_save", content.savedModules().isEmpty() ? null : content.savedModules());
    json.put("peft_type", "LORA");
    json.put("r", rank);
    json.put("rank_pattern", ranks);
    json.put("target_modules", targets(content));
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", false);
    json.put("use_rslora", false);
    return text(json);
  }

  /** Whole paths: their ends could name further modules, which have no factors. */
  private static List<String> targets(AdapterContent content) {
    return content.factors().stream().map(f -> BaseModules.of(f.tensor())).sorted().toList();
  }

  private static double alpha(LowRankFactors factors) {
    return factors.scale() * factors.rank();
  }

  /** The rank of most modules, so that few need a pattern; of equals, the largest. */
  private static int commonRank(List<LowRankFactors> factors) {
    return commonest(factors, LowRankFactors::rank, 1);
  }

  private static double commonAlpha(List<LowRankFactors> factors, int rank) {
    List<LowRankFactors> same = factors.stream().filter(f -> f.rank() == rank).toList();
    return commonest(same, AdapterConfigText::alpha, 1.0);
  }

  private static <T extends Comparable<T>> T commonest(
      List<LowRankFactors> factors, Function<LowRankFactors, T> value, T otherwise) {
    Map<T, Long> counts =
        factors.stream().collect(Collectors.groupingBy(value, Collectors.counting()));
    return counts.entrySet().stream()
        .max(
            Map.Entry.<T, Long>comparingByValue()
                .thenComparing(Map.Entry::getKey, Comparator.naturalOrder()))
        .map(Map.Entry::getKey)
        .orElse(otherwise);
  }

  private static Number number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
      return (int) value;
    }
    return value;
  }

  private static String text(Map<String, Object> json) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
