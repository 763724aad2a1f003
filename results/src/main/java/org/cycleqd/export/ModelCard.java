package org.cycleqd.export;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.report.TaskScore;

/**
 * What is told about an exported model.
 *
 * @param name the model's name
 * @param baseModels hub names or folders of the base and the experts, the base first; at least one
 * @param license identifier of the licence in the hub's vocabulary, or empty where it is not known
 * @param method how the model was made, a sentence or two
 * @param run name of the run
 * @param seed seed of the run
 * @param lineage where the model's weights come from, as Markdown text
 * @param scores on the test split, by task; may be empty
 * @param command the exact command line that makes the model again
 * @param recipe the merge in the notation that the command reads
 * @param mergeRecipe a mergekit recipe that makes the model again from the base models, or empty
 *     where mergekit's notation cannot express it
 */
public record ModelCard(
    String name,
    List<String> baseModels,
    Optional<String> license,
    String method,
    String run,
    long seed,
    String lineage,
    SequencedMap<String, TaskScore> scores,
    String command,
    String recipe,
    Optional<String> mergeRecipe) {

  /** Copies the lists and checks that there is a base model. */
  public ModelCard {
    baseModels = List.copyOf(baseModels);
    scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
    if (baseModels.isEmpty()) {
      throw new IllegalArgumentException("model card %s: expected a base model".formatted(name));
    }
  }

  /** The card as Markdown with YAML front matter, the form that model hubs read. */
  public String toMarkdown() {
    return CardText.of(this);
  }
}
