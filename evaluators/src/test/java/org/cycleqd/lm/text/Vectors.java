package org.cycleqd.lm.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Published vocabularies with the ids that their own tokenizers give. */
enum Vectors {
  GPT2("tokenizer-gpt2"),
  MISTRAL("tokenizer-mistral-v3"),
  STORIES("stories260k"),
  BABYLLAMA("babyllama105");

  private static final Path DATA =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/data");
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  private final String folder;

  Vectors(String folder) {
    this.folder = folder;
  }

  /** A text and its ids, without special tokens. */
  record Vector(String text, List<Integer> tokens) {

    int[] ids() {
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  Tokenizer tokenizer() throws IOException {
    Path data = DATA.resolve(folder);
    assumeTrue(Files.isDirectory(data), "the vocabularies are not beside the project");
    return switch (this) {
      case GPT2 -> Tokenizer.open(data);
      case MISTRAL -> Tokenizer.read(data.resolve("mistral_instruct_tokenizer_240323.model.v3"));
      case STORIES -> Tokenizer.read(data.resolve("tok512.bin"));
      case BABYLLAMA -> Tokenizer.read(data.resolve("tok105.model"));
    };
  }

  Path file(String name) {
    return DATA.resolve(folder).resolve(name);
  }

  List<Vector> all() throws IOException {
    return switch (this) {
      case GPT2 -> gpt2();
      case MISTRAL -> rows().stream().map(r -> vector(r, 0)).toList();
      case STORIES, BABYLLAMA ->
          elements(new ObjectMapper().readTree(file("golden.json").toFile()).get("encode"))
              .map(r -> vector(r, 1))
              .toList();
    };
  }

  /** Mistral's rows, which have pieces and decoded text as well. */
  List<JsonNode> rows() throws IOException {
    return new ObjectMapper()
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(file("vectors.jsonl").toFile())
        .readAll();
  }

  private List<Vector> gpt2() throws IOException {
    String[] texts = Files.readString(file("vectors.inp")).split(SEPARATOR, -1);
    List<String> lines = Files.readAllLines(file("vectors.out"));
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      vectors.add(
          new Vector(
              texts[i],
              Stream.of(lines.get(i).split(" "))
                  .filter(id -> !id.isEmpty())
                  .map(Integer::valueOf)
                  .toList()));
    }
    return vectors;
  }

  /** A row without the ids that stand before its text. */
  private static Vector vector(JsonNode row, int before) {
    return new Vector(
        row.get("text").textValue(),
        elements(row.get("ids")).skip(before).map(JsonNode::intValue).toList());
  }

  static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
