package org.cycleqd.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the vocabularies of llama2.c: the longest piece's length, then for each piece its score,
 * its length in bytes and its bytes; numbers have 32 bits, little-endian. Such a file is an extract
 * of a SentencePiece BPE model with byte fallback, whose first pieces are {@code <unk>}, begin and
 * end.
 */
final class Llama2cVocabulary {

  private static final int FIRST_BYTE = 3;
  private static final int BYTES = 256;

  private Llama2cVocabulary() {}

  static PieceVocabulary read(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Piece> pieces = new ArrayList<>();
    try {
      buffer.getInt();
      while (buffer.hasRemaining()) {
        float score = buffer.getFloat();
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
          throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        pieces.add(piece(pieces.size(), new String(bytes, UTF_8), score));
      }
    } catch (BufferUnderflowException e) {
      throw new IOException(
          "%s: piece %d: found the end of the file, expected score, length and bytes"
              .formatted(file, pieces.size()),
          e);
    }
    if (pieces.size() < FIRST_BYTE + BYTES
        || !pieces.getFirst().text().equals("<unk>")
        || !pieces.get(FIRST_BYTE).text().equals("<0x00>")) {
      throw new IOException(
          "%s: found %d pieces, expected <unk>, begin, end, 256 bytes and more"
              .formatted(file, pieces.size()));
    }
    PieceVocabulary.Rules rules = new PieceVocabulary.Rules("", true, false);
    try {
      return new PieceVocabulary(file.toString(), pieces, false, true, rules);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Piece piece(int id, String text, float score) {
    return switch (id) {
      case 0 -> new Piece(text, score, Piece.Kind.UNKNOWN);
      // The line breaks around the two names are llama2.c's, for printing.
      case 1, 2 -> new Piece(text.strip(), score, Piece.Kind.CONTROL);
      default ->
          id < FIRST_BYTE + BYTES
              ? new Piece(text, score, Piece.Kind.BYTE)
              : new Piece(text.replace(" ", PieceVocabulary.SPACE), score, Piece.Kind.NORMAL);
    };
  }
}
