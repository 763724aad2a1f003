package org.cycleqd.merge;

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
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.TokenizerSettings;

/**
 * Whose tokenizer, generation settings and chat template a merged model takes over.
 *
 * @param donor folder of the model whose files are carried over
 * @param chatTemplate text that takes the place of the donor's template, or empty
 * @param notices what the user should know
 */
record TokenizerChoice(Path donor, Optional<String> chatTemplate, List<String> notices) {

  private static final String TOKENIZER = "tokenizer.json";
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String SETTINGS = "tokenizer_config.json";

  static TokenizerChoice of(Path file, Recipe recipe, Map<ModelReference, Ingredient> ingredients)
      throws IOException {
    List<Path> folders = ingredients.values().stream().map(of -> of.checkpoint().folder()).toList();
    List<Path> others =
        folders.stream().filter(folder -> !sameTokenizer(folders.getFirst(), folder)).toList();
    Path donor = folders.getFirst();
    List<String> notices = new ArrayList<>();
    if (recipe.tokenizer().isPresent()) {
      TokenizerSettings settings = recipe.tokenizer().get();
      if (!settings.tokens().isEmpty() || settings.padToMultipleOf().isPresent()) {
        throw new MergeException(
            ("%s: tokenizer: found tokens or pad_to_multiple_of, expected only source:"
                    + " embeddings are merged row by row, all models need the same vocabulary")
                .formatted(file));
      }
      donor =
          switch (settings.source()) {
            case TokenizerSettings.Vocabulary.Base() -> donor;
            case TokenizerSettings.Vocabulary.OfModel(ModelReference model) ->
                Optional.ofNullable(ingredients.get(model))
                    .map(of -> of.checkpoint().folder())
                    .orElseThrow(() ->
                        new MergeException(
                            "%s: tokenizer_source: found %s, expected one of the merged models"
                                .formatted(file, model)));
            case TokenizerSettings.Vocabulary.Union() -> {
              if (!others.isEmpty()) {
                throw new MergeException(
                    ("%s: tokenizer_source: found union of tokenizers that differ (%s, %s),"
                            + " expected base or one model")
                        .formatted(file, donor, others.getFirst()));
              }
              yield donor;
            }
          };
    }
    if (!others.isEmpty()) {
      notices.add(
          "the tokenizers of %s and %s differ; that of %s is taken over"
              .formatted(folders.getFirst(), others.getFirst(), donor));
    }
    return new TokenizerChoice(donor, template(file, recipe, donor, folders), notices);
  }

  private static boolean sameTokenizer(Path one, Path other) {
    Path first = one.resolve(TOKENIZER);
    Path second = other.resolve(TOKENIZER);
    try {
      return !Files.exists(first) || !Files.exists(second) || Files.mismatch(first, second) == -1;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> template(Path file, Recipe recipe, Path donor, List<Path> folders)
      throws IOException {
    if (recipe.chatTemplate().isEmpty()) {
      return Optional.empty();
    }
    String wanted = recipe.chatTemplate().get();
    if (!wanted.equals("auto")) {
      if (!wanted.contains("{")) {
        throw new MergeException(
            "%s: chat_template: found the name %s, expected auto or a template's text"
                .formatted(file, wanted));
      }
      return Optional.of(wanted);
    }
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (Path folder : folders) {
      Optional<String> text = declared(folder);
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
    return winner.equals(declared(donor)) ? Optional.empty() : winner;
  }

  private static Optional<String> declared(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(TEMPLATE))) {
      return Optional.of(Files.readString(folder.resolve(TEMPLATE)));
    }
    if (!Files.isRegularFile(folder.resolve(SETTINGS))) {
      return Optional.empty();
    }
    JsonNode text = new ObjectMapper().readTree(folder.resolve(SETTINGS).toFile());
    return text.path("chat_template").isTextual()
        ? Optional.of(text.path("chat_template").textValue())
        : Optional.empty();
  }
}
