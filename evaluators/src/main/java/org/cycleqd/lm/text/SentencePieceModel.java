package org.cycleqd.lm.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads SentencePiece's models. The numbers of the fields are those of {@code
 * sentencepiece_model.proto}.
 */
final class SentencePieceModel {

  private static final int PIECES = 1;
  private static final int TRAINER = 2;
  private static final int NORMALIZER = 3;
  private static final int DENORMALIZER = 5;

  private static final int UNIGRAM = 1;
  private static final int BPE = 2;
  private static final int CHARACTERS = 4;

  /** The types of pieces by their numbers, from 1. */
  private static final List<Piece.Kind> TYPES =
      List.of(
          Piece.Kind.NORMAL,
          Piece.Kind.UNKNOWN,
          Piece.Kind.CONTROL,
          Piece.Kind.USER_DEFINED,
          Piece.Kind.UNUSED,
          Piece.Kind.BYTE);

  private final Path file;

  private SentencePieceModel(Path file) {
    this.file = file;
  }

  static PieceVocabulary read(Path file) throws IOException {
    try {
      return new SentencePieceModel(file)
          .vocabulary(UnknownFieldSet.parseFrom(Files.readAllBytes(file)));
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(
          "%s: found no protocol buffer (%s), expected a SentencePiece model"
              .formatted(file, e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private PieceVocabulary vocabulary(UnknownFieldSet model) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (ByteString bytes : model.getField(PIECES).getLengthDelimitedList()) {
      pieces.add(piece(pieces.size(), UnknownFieldSet.parseFrom(bytes)));
    }
    if (pieces.isEmpty()) {
      throw new IOException("%s: pieces: found none, expected a vocabulary".formatted(file));
    }
    UnknownFieldSet trainer = message(model, TRAINER);
    UnknownFieldSet normalizer = message(model, NORMALIZER);
    int type = (int) number(trainer, 3, UNIGRAM);
    if (type != UNIGRAM && type != BPE && type != CHARACTERS) {
      throw unknown("model_type", type, "1 (unigram), 2 (BPE) or 4 (characters)");
    }
    require(trainer, 24, 0, "treat_whitespace_as_suffix");
    require(normalizer, 5, 1, "escape_whitespaces");
    if (!text(message(model, DENORMALIZER), 2).isEmpty()) {
      throw new IOException(
          "%s: denormalizer_spec: found a map of characters, expected none".formatted(file));
    }
    return new PieceVocabulary(
        file.toString(),
        pieces,
        type == UNIGRAM,
        number(trainer, 35, 0) != 0,
        new PieceVocabulary.Rules(
            Base64.getEncoder().encodeToString(text(normalizer, 2).toByteArray()),
            number(normalizer, 3, 1) != 0,
            number(normalizer, 4, 1) != 0));
  }

  private Piece piece(int id, UnknownFieldSet fields) throws IOException {
    int type = (int) number(fields, 3, 1);
    if (type < 1 || type > TYPES.size()) {
      throw unknown("pieces.%d.type".formatted(id), type, "1 to 6");
    }
    ByteString text = text(fields, 1);
    if (text.isEmpty() || !text.isValidUtf8()) {
      throw new IOException(
          "%s: pieces.%d.piece: found %d bytes, expected text".formatted(file, id, text.size()));
    }
    List<Integer> score = fields.getField(2).getFixed32List();
    return new Piece(
        text.toStringUtf8(),
        score.isEmpty() ? 0 : Float.intBitsToFloat(score.getLast()),
        TYPES.get(type - 1));
  }

  private void require(UnknownFieldSet fields, int field, long value, String name)
      throws IOException {
    long found = number(fields, field, value);
    if (found != value) {
      throw unknown(name, found, Long.toString(value));
    }
  }

  private IOException unknown(String field, long found, String expected) {
    return new IOException("%s: %s: found %d, expected %s".formatted(file, field, found, expected));
  }

  private static UnknownFieldSet message(UnknownFieldSet fields, int field)
      throws InvalidProtocolBufferException {
    return UnknownFieldSet.parseFrom(text(fields, field));
  }

  private static ByteString text(UnknownFieldSet fields, int field) {
    List<ByteString> values = fields.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? ByteString.EMPTY : values.getLast();
  }

  private static long number(UnknownFieldSet fields, int field, long otherwise) {
    List<Long> values = fields.getField(field).getVarintList();
    return values.isEmpty() ? otherwise : values.getLast();
  }
}
