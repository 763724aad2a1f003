package org.cycleqd.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cycleqd.experiment.ConfigType.Fields;
import org.cycleqd.experiment.ConfigType.Items;
import org.junit.jupiter.api.Test;

/** The table of keys in the README says what the records say. */
class ReadmeTest {

  private static final Path README = Path.of(System.getProperty("cycleqd.root"), "README.md");

  @Test
  void everyKeyStandsInTheTableWithItsDefault() throws Exception {
    List<String> rows = new ArrayList<>();
    collect(Fields.of(ExperimentConfig.class), "", rows);
    collect(Fields.of(SyntheticConfig.class), "", rows);
    assertThat(rows).hasSizeGreaterThan(25);
    assertThat(Files.readString(README)).contains(rows);
  }

  @Test
  void everyMutationStandsInTheTableWithItsDefaults() throws Exception {
    assertThat(Files.readString(README)).contains(variants(MutationConfig.class, 9));
  }

  @Test
  void everyAddRuleStandsInTheTableWithItsDefaults() throws Exception {
    assertThat(Files.readString(README)).contains(variants(AddRuleConfig.class, 5));
  }

  @Test
  void everyBaselineStandsInTheTableWithItsDefaults() throws Exception {
    assertThat(Files.readString(README)).contains(variants(BaselineConfig.class, 14));
  }

  @Test
  void everyStrategyAndJournalPolicyStandsInItsTableWithItsDefaults() throws Exception {
    assertThat(Files.readString(README))
        .contains(variants(StrategyConfig.class, 5))
        .contains(variants(JournalConfig.class, 2));
  }

  private static List<String> variants(Class<?> type, int keys) {
    List<String> rows = new ArrayList<>();
    ConfigType.Variants variants = (ConfigType.Variants) ConfigType.of(type);
    for (Map.Entry<String, Fields> variant : variants.types().entrySet()) {
      Fields fields = variant.getValue();
      fields
          .keys()
          .forEach(key -> rows.add("| `%s` %s".formatted(variant.getKey(), row(fields, key, key))));
    }
    assertThat(rows).hasSize(keys);
    return rows;
  }

  private static void collect(Fields type, String path, List<String> rows) {
    for (String key : type.keys()) {
      String full = RecordBinder.join(path, key);
      switch (type.typeOf(key)) {
        case Fields nested -> collect(nested, full, rows);
        case Items(Fields nested) -> collect(nested, full + ".N", rows);
        default -> rows.add(row(type, key, full));
      }
    }
  }

  private static String row(Fields type, String key, String path) {
    String value = type.defaultOf(key);
    if (value == null) {
      return type.optional(key)
          ? "| `%s` | ".formatted(path)
          : "| `%s` | required |".formatted(path);
    }
    return "| `%s` | `%s` |".formatted(path, value);
  }
}
