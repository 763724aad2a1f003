package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GPT-2's form: {@code vocab.json} maps pieces to ids and {@code merges.txt} has a version line and
 * one merge a line. The two files do not say how a text is cut into words, so that only tokenizers
 * that cut as GPT-2's does are taken.
 */
final class Gpt2Files {

  static final String VOCABULARY = "vocab.json";
  static final String MERGES = "merges.txt";

  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final Set<String> CLASSES =
      Set.of("GPT2Tokenizer", "GPT2TokenizerFast", "RobertaTokenizer", "RobertaTokenizerFast");

  private Gpt2Files() {}

  static TokenizerDefinition read(
      Path folder, Optional<ObjectNode> settings, List<AddedToken> added) throws IOException {
    String type = settings.map(s -> s.path("tokenizer_class").asText()).orElse("");
    if (!type.isEmpty() && !CLASSES.contains(type)) {
      throw new IOException(
          "%s: tokenizer_class: found %s, expected one of %s for %s with %s, or a tokenizer.json"
              .formatted(
                  folder.resolve(TokenizerFiles.SETTINGS),
                  type,
                  CLASSES.stream().sorted().toList(),
                  VOCABULARY,
                  MERGES));
    }
    ObjectNode vocabulary = TokenizerFiles.object(folder, VOCABULARY).orElseThrow();
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    ArrayNode tokens = root.putArray("added_tokens");
    tokens(vocabulary, added).forEach(token -> token.write(tokens.addObject()));
    root.putNull("normalizer");
    boolean prefix = settings.map(s -> s.path("add_prefix_space").asBoolean(false)).orElse(false);
    byteLevel(root.putObject("pre_tokenizer"), prefix);
    byteLevel(root.putObject("decoder"), prefix);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocabulary);
    merges(folder.resolve(MERGES), model.putArray("merges"));
    return TokenizerDefinition.of(folder.resolve(VOCABULARY).toString(), root);
  }

  private static List<AddedToken> tokens(ObjectNode vocabulary, List<AddedToken> added) {
    List<AddedToken> tokens = new ArrayList<>(added);
    if (added.isEmpty() && vocabulary.has(END_OF_TEXT)) {
      tokens.add(AddedToken.exact(vocabulary.path(END_OF_TEXT).asInt(), END_OF_TEXT, true));
    }
    return tokens;
  }

  private static void byteLevel(ObjectNode step, boolean prefix) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", prefix)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private static void merges(Path file, ArrayNode merges) throws IOException {
    List<String> lines = TokenizerFiles.text(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || (i == 0 && line.startsWith("#version"))) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw new IOException(
            "%s: line %d: found %s, expected two pieces with a space between them"
                .formatted(file, i + 1, line));
      }
      merges.addArray().add(parts[0]).add(parts[1]);
    }
  }
}
