package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/** Holds a model's tokenizer files against its configuration. */
final class TokenizerCheck {

  static final String SUBJECT = "tokenizer";
  private static final String TOKENIZER = "tokenizer.json";

  private final Path folder;
  private final LinkPolicy links;
  private final int vocabularySize;
  private final BitSet ids = new BitSet();
  private final List<String> problems = new ArrayList<>();

  private TokenizerCheck(Path folder, LinkPolicy links, int vocabularySize) {
    this.folder = folder;
    this.links = links;
    this.vocabularySize = vocabularySize;
  }

  /**
   * Checks that all JSON files of the tokenizer can be read, that every id of {@code
   * tokenizer.json} has a row in the embedding, and that the special tokens are tokens.
   */
  static VerificationStep of(Path folder, LinkPolicy links, LlamaConfig config) throws IOException {
    TokenizerCheck check = new TokenizerCheck(folder, links, config.vocabularySize());
    List<String> present = new ArrayList<>();
    for (String name : CheckpointFiles.CARRIED) {
      if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        present.add(name);
        check.read(name);
      }
    }
    if (!present.contains(TOKENIZER)) {
      String result = "none to check, " + (present.isEmpty() ? "no files" : present.toString());
      return new VerificationStep(SUBJECT, result, check.problems);
    }
    if (check.problems.isEmpty()) {
      check.requireSpecial(config.specialTokens());
    }
    return new VerificationStep(
        SUBJECT,
        "%d tokens, largest id %d, vocab_size %d"
            .formatted(check.ids.cardinality(), check.ids.length() - 1, check.vocabularySize),
        check.problems);
  }

  private void read(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      links.require(file, "a regular file");
      if (name.equals(TOKENIZER)) {
        readIds(JsonObject.read(file));
      } else if (name.endsWith(".json")) {
        JsonObject.read(file);
      }
    } catch (CheckpointException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void readIds(JsonObject json) throws CheckpointException {
    JsonObject model =
        json.object("model").orElseThrow(() -> json.refusal("model", "nothing", "an object"));
    OptionalInt length = model.listLength("vocab");
    if (length.isPresent()) {
      // A unigram vocabulary is a list; a token's id is its place.
      for (int id = 0; id < length.getAsInt(); id++) {
        add(model, "vocab", id);
      }
    } else {
      JsonObject vocabulary =
          model.object("vocab").orElseThrow(() -> model.refusal("vocab", "nothing", "an object"));
      for (String token : vocabulary.fields()) {
        add(vocabulary, token, vocabulary.integer(token));
      }
    }
    // An added token may stand in the vocabulary as well.
    for (JsonObject added : json.objects("added_tokens")) {
      add(added, "id", added.integer("id"));
    }
  }

  private void add(JsonObject json, String field, int id) {
    if (id >= 0 && id < vocabularySize) {
      ids.set(id);
    } else {
      String expected = "an id below vocab_size %d of config.json".formatted(vocabularySize);
      problems.add(
          String.valueOf(json.refusal(field, Integer.toString(id), expected).getMessage()));
    }
  }

  private void requireSpecial(SpecialTokens special) {
    special.beginning().ifPresent(id -> requireToken("bos_token_id", id));
    special.ends().forEach(id -> requireToken("eos_token_id", id));
    special.padding().ifPresent(id -> requireToken("pad_token_id", id));
  }

  private void requireToken(String field, int id) {
    if (!ids.get(id)) {
      problems.add(
          "%s: %s: found %d, expected the id of a token in %s"
              .formatted(folder, field, id, TOKENIZER));
    }
  }
}
