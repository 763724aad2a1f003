package org.cycleqd.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeException;
import org.cycleqd.merge.recipe.TokenizerSettings;

/**
 * Whose tokenizer, generation settings and chat template a merged model takes over.
 *
 * @param donor folder of the model whose files are carried over
 * @param chatTemplate text that takes the place of the donor's template, or empty
 * @param notices what the user should know
 */
record TokenizerChoice(Path donor, Optional<String> chatTemplate, List<String> notices) {

  private static final String SOURCE = "tokenizer_source";
  private static final List<String> VOCABULARIES =
      List.of("tokenizer.json", "tokenizer.model", "vocab.json");
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String SETTINGS = "tokenizer_config.json";

  static TokenizerChoice of(Path file, Recipe recipe, Ingredients ingredients) throws IOException {
    List<Path> folders = ingredients.checkpoints().stream().map(Checkpoint::folder).toList();
    Path first = folders.getFirst();
    List<Path> others = new ArrayList<>();
    for (Path folder : folders) {
      if (!sameTokenizer(first, folder)) {
        others.add(folder);
      }
    }
    Path donor =
        recipe.tokenizer().isPresent()
            ? donor(file, recipe.tokenizer().get(), ingredients, others)
            : first;
    List<String> notices =
        others.stream()
            .map(other ->
                "the tokenizers of %s and %s differ; that of %s is taken over"
                    .formatted(first, other, donor))
            .toList();
    return new TokenizerChoice(donor, template(file, recipe, donor, ingredients), notices);
  }

  private static Path donor(
      Path file, TokenizerSettings settings, Ingredients ingredients, List<Path> others)
      throws RecipeException {
    if (!settings.tokens().isEmpty() || settings.padToMultipleOf().isPresent()) {
      throw new RecipeException(
          file,
          "tokenizer",
          "tokens or pad_to_multiple_of",
          "source only: embeddings are merged row by row, all models need the same vocabulary");
    }
    Path first = ingredients.donor().checkpoint().folder();
    return switch (settings.source()) {
      case TokenizerSettings.Vocabulary.Base() -> first;
      case TokenizerSettings.Vocabulary.OfModel(ModelReference model) ->
          ingredients
              .find(model)
              .map(of -> of.checkpoint().folder())
              .orElseThrow(() ->
                  new RecipeException(
                      file,
                      SOURCE,
                      model.toString(),
                      "union, base or one of the merged models: "
                          + ingredients.references().stream()
                              .map(ModelReference::toString)
                              .collect(Collectors.joining(", "))));
      case TokenizerSettings.Vocabulary.Union() -> {
        if (!others.isEmpty()) {
          throw new RecipeException(
              file,
              SOURCE,
              "union of tokenizers that differ (%s, %s)".formatted(first, others.getFirst()),
              "base or one model");
        }
        yield first;
      }
    };
  }

  /** Whether the first kind of vocabulary file that both have is the same. */
  private static boolean sameTokenizer(Path one, Path other) throws IOException {
    for (String name : VOCABULARIES) {
      if (Files.isRegularFile(one.resolve(name)) && Files.isRegularFile(other.resolve(name))) {
        return Files.mismatch(one.resolve(name), other.resolve(name)) == -1;
      }
    }
    return true;
  }

  private static Optional<String> template(
      Path file, Recipe recipe, Path donor, Ingredients ingredients) throws IOException {
    if (recipe.chatTemplate().isEmpty()) {
      return Optional.empty();
    }
    String wanted = recipe.chatTemplate().get();
    if (!wanted.equals("auto")) {
      if (!wanted.contains("{")) {
        throw new RecipeException(
            file, "chat_template", "the name " + wanted, "auto or a template's text");
      }
      return Optional.of(wanted);
    }
    Map<String, Integer> votes = new LinkedHashMap<>();
    LinkPolicy links = ingredients.links();
    for (Checkpoint checkpoint : ingredients.checkpoints()) {
      Optional<String> text = declared(checkpoint.folder(), links);
      if (text.isPresent()) {
        votes.merge(text.get(), 1, Integer::sum);
      }
    }
    // Of equally frequent ones the first: max would take the last.
    Optional<String> winner =
        votes.entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry<String, Integer>::getValue).reversed())
            .map(Map.Entry::getKey)
            .findFirst();
    return winner.equals(declared(donor, links)) ? Optional.empty() : winner;
  }

  private static Optional<String> declared(Path folder, LinkPolicy links) throws IOException {
    Path template = folder.resolve(TEMPLATE);
    if (Files.isRegularFile(template)) {
      links.require(template, "a chat template");
      return Optional.of(Files.readString(template));
    }
    Path settings = folder.resolve(SETTINGS);
    if (!Files.isRegularFile(settings)) {
      return Optional.empty();
    }
    links.require(settings, "the tokenizer's settings");
    try {
      JsonNode text = new ObjectMapper().readTree(settings.toFile()).path("chat_template");
      return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new CheckpointException(settings, "chat_template", "malformed JSON", "an object");
    }
  }
}
