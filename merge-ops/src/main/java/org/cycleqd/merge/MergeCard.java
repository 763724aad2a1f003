package org.cycleqd.merge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.Licence;
import org.cycleqd.merge.recipe.RecipeWriter;

/** The model card of a merged model. */
final class MergeCard {

  private MergeCard() {}

  static String of(MergePlan plan) throws IOException {
    StringBuilder card = new StringBuilder("---\nbase_model:\n");
    for (String model : plan.models().keySet()) {
      card.append("- ").append(quoted(model)).append('\n');
    }
    Map<String, Optional<Licence>> licences = plan.licences();
    Optional<String> common = common(licences);
    common.ifPresent(name -> card.append("license: ").append(quoted(name)).append('\n'));
    card.append("library_name: transformers\ntags:\n- cycleqd\n- merge\n---\n\n");
    card.append("# Merge by ").append(plan.recipe().mergeMethod()).append("\n\n");
    card.append("Parents and their licences:\n\n");
    licences.forEach((model, licence) ->
        card.append("- ")
            .append(model.replace("<", "&lt;"))
            .append(": ")
            .append(licence.map(Licence::name).orElse("none declared").replace("<", "&lt;"))
            .append('\n'));
    card.append("\nThe recipe, also in `mergekit_config.yml`:\n\n");
    String recipe = RecipeWriter.write(plan.recipe());
    return card + recipe.lines().map(line -> "    " + line + "\n").collect(Collectors.joining());
  }

  /** The licence that all parents declare. */
  private static Optional<String> common(Map<String, Optional<Licence>> licences) {
    Optional<String> first =
        licences.values().stream().findFirst().flatMap(licence -> licence).map(Licence::name);
    return licences.values().stream().allMatch(of -> of.map(Licence::name).equals(first))
        ? first
        : Optional.empty();
  }

  // A JSON string is a YAML double-quoted scalar.
  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
