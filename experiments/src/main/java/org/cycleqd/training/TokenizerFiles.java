package org.cycleqd.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Writes a learned vocabulary in Hugging Face's {@code tokenizer.json} format. */
final class TokenizerFiles {

  static final String PAD = "<pad>";
  static final String BEGIN = "<s>";
  static final String END = "</s>";
  static final String UNKNOWN = "<unk>";

  /** Special tokens in the order of their ids, from 0. */
  static final List<String> SPECIAL = List.of(PAD, BEGIN, END, UNKNOWN);

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerFiles() {}

  /** Symbols before any merge: the special tokens and printable ASCII. */
  static int alphabet() {
    return SPECIAL.size() + '~' - ' ' + 1;
  }

  /** The vocabulary in the order of its ids. */
  static List<String> vocabulary(List<BytePairTrainer.Merge> merges) {
    Set<String> words = new LinkedHashSet<>(SPECIAL);
    IntStream.rangeClosed(' ', '~')
        .mapToObj(c -> Character.toString(c == ' ' ? BytePairTrainer.SPACE : (char) c))
        .forEach(words::add);
    merges.forEach(merge -> words.add(merge.joined()));
    return new ArrayList<>(words);
  }

  /** The text of {@code tokenizer.json}. */
  static String tokenizer(List<BytePairTrainer.Merge> merges) {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    ArrayNode steps =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", BytePairTrainer.SPLIT);
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject());
    begin(root.putObject("post_processor"));
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").put("unk_token", UNKNOWN);
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode ids = model.putObject("vocab");
    for (String word : vocabulary(merges)) {
      ids.put(word, ids.size());
    }
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(merge -> pairs.add(merge.left() + " " + merge.right()));
    return root.toPrettyString() + "\n";
  }

  /** The text of {@code tokenizer_config.json}. */
  static String settings(int context) {
    return JSON.createObjectNode()
            .put("tokenizer_class", "PreTrainedTokenizerFast")
            .put("bos_token", BEGIN)
            .put("eos_token", END)
            .put("pad_token", PAD)
            .put("unk_token", UNKNOWN)
            .put("clean_up_tokenization_spaces", false)
            .put("model_max_length", context)
            .toPrettyString()
        + "\n";
  }

  /** The text of {@code special_tokens_map.json}. */
  static String specialTokens() {
    return JSON.createObjectNode()
            .put("bos_token", BEGIN)
            .put("eos_token", END)
            .put("pad_token", PAD)
            .put("unk_token", UNKNOWN)
            .toPrettyString()
        + "\n";
  }

  private static void byteLevel(ObjectNode step) {
    step.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
  }

  /** Begins every text with the begin token, as Llama's tokenizers do. */
  private static void begin(ObjectNode step) {
    step.put("type", "TemplateProcessing");
    ArrayNode single = step.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", BEGIN).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = step.putArray("pair");
    pair.addObject().putObject("SpecialToken").put("id", BEGIN).put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode token = step.putObject("special_tokens").putObject(BEGIN).put("id", BEGIN);
    token.putArray("ids").add(SPECIAL.indexOf(BEGIN));
    token.putArray("tokens").add(BEGIN);
  }
}
