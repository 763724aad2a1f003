package org.cycleqd.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a token spells, as the decoder of a {@code tokenizer.json} says. The library decodes whole
 * texts only; bytes of single tokens let a text be decoded while it grows.
 *
 * @param byteLevel whether pieces are written in the alphabet that has a character for each byte
 * @param space the mark that stands for a space, empty for none
 * @param byteFallback whether a piece such as {@code <0x0A>} is that byte
 * @param leading how many spaces go from the beginning of a text; -1 for all marks that begin its
 *     first piece
 */
record PieceDecoder(boolean byteLevel, String space, boolean byteFallback, int leading) {

  /** Strips the marks of the first piece. */
  static final int FIRST_PIECE = -1;

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");
  private static final String KNOWN =
      "ByteLevel, Metaspace, or a sequence of Replace, ByteFallback, Fuse and Strip";

  /**
   * Reads the decoder of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is of a kind that is not known here
   */
  static PieceDecoder of(String name, JsonNode node) {
    List<JsonNode> steps = new ArrayList<>();
    flatten(node, steps);
    PieceDecoder decoder = new PieceDecoder(false, "", false, 0);
    for (JsonNode step : steps) {
      decoder = decoder.with(name, step);
    }
    return decoder;
  }

  /** The bytes of a token; the first of a text may lose its space. */
  byte[] bytes(String piece, boolean first) {
    if (byteLevel) {
      return ByteAlphabet.bytes(piece);
    }
    if (byteFallback && BYTE.matcher(piece).matches()) {
      return new byte[] {(byte) HexFormat.fromHexDigits(piece, 3, 5)};
    }
    String text = piece;
    if (first && leading == FIRST_PIECE) {
      text = piece.replace(space, "");
    }
    return (space.isEmpty() ? text : text.replace(space, " ")).getBytes(UTF_8);
  }

  private static void flatten(JsonNode node, List<JsonNode> steps) {
    if (node.path("type").asText().equals("Sequence")) {
      node.path("decoders").forEach(step -> flatten(step, steps));
    } else if (!node.isNull() && !node.isMissingNode()) {
      steps.add(node);
    }
  }

  private PieceDecoder with(String name, JsonNode step) {
    return switch (step.path("type").asText()) {
      case "ByteLevel" -> new PieceDecoder(true, space, byteFallback, leading);
      case "ByteFallback" -> new PieceDecoder(byteLevel, space, true, leading);
      case "Fuse" -> this;
      case "Metaspace" ->
          new PieceDecoder(
              byteLevel,
              step.path("replacement").asText(PieceVocabulary.SPACE),
              byteFallback,
              prepends(step) ? FIRST_PIECE : leading);
      case "Replace" -> {
        String pattern = step.path("pattern").path("String").asText();
        if (pattern.isEmpty() || !step.path("content").asText().equals(" ")) {
          throw unknown(name, step);
        }
        yield new PieceDecoder(byteLevel, pattern, byteFallback, leading);
      }
      case "Strip" -> {
        if (!step.path("content").asText().equals(" ") || step.path("stop").asInt() != 0) {
          throw unknown(name, step);
        }
        yield new PieceDecoder(byteLevel, space, byteFallback, step.path("start").asInt());
      }
      default -> throw unknown(name, step);
    };
  }

  private static boolean prepends(JsonNode metaspace) {
    return metaspace.has("prepend_scheme")
        ? !metaspace.path("prepend_scheme").asText().equals("never")
        : metaspace.path("add_prefix_space").asBoolean(true);
  }

  private static IllegalArgumentException unknown(String name, JsonNode step) {
    return new IllegalArgumentException(
        "%s: decoder: found %s, expected %s".formatted(name, step, KNOWN));
  }
}
